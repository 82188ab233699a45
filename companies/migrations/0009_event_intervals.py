"""The view `listing_events` with changes of the kind of product, and with the last list that did not show a change yet.

`observed_after` is looked up in the index of the entries that hold, for the rows that are read: counting and finding
events leave it out, and a page sorts before it looks.
"""

from django.db import migrations

from companies.events.view import listing_events_view


class Migration(migrations.Migration):
    dependencies = [("companies", "0008_covering_indexes")]

    operations = [
        # A view keeps its columns where it is replaced: backwards it has to be made again.
        migrations.RunSQL(listing_events_view(3), ["DROP VIEW listing_events", listing_events_view(2)]),
    ]
