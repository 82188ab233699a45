"""The view `listing_events`, and room in the pages of `companies` for updates in place."""

from django.db import migrations

from companies.events.view import listing_events_view


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]

    operations = [
        migrations.RunSQL(listing_events_view(1), "DROP VIEW listing_events"),
        # Every new snapshot moves `last_seen_on` of all companies: with room in the page, no index has to be touched.
        migrations.RunSQL("ALTER TABLE companies SET (fillfactor = 50)", "ALTER TABLE companies RESET (fillfactor)"),
    ]
