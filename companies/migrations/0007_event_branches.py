"""The view `listing_events` once more, with the same rows: a question for one kind of event derives only that kind.

Whether an issue was listed or relisted was told by a CASE that a condition on the type had computed for every version
before the others were ruled out; as two branches with a constant type each, the planner leaves out the one not asked
for. What a change was from and to is put together only where it is read.
"""

from django.db import migrations

from companies.events.view import listing_events_view


class Migration(migrations.Migration):
    dependencies = [("companies", "0006_quotes")]

    operations = [migrations.RunSQL(listing_events_view(2), listing_events_view(1))]
