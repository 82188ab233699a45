"""A product that ran for ten years, as far as its readers can tell: 25 versions of each company, a list at either end."""

from datetime import date

from django.core.management import call_command

from bench.ledger import grow_to_ten_years
from bench.lists import make_list
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingSnapshot

_FIRST_DAY, _LAST_DAY = date(2016, 1, 4), date(2025, 12, 25)


def keep_ten_years(size: int) -> None:
    """Empty the database and fill it with the history of `size` companies."""
    call_command("flush", verbosity=0, interactive=False)
    apply_snapshot(_FIRST_DAY, make_list(size), "jquants")
    grow_to_ten_years()
    # The newest list is as old as the newest version.
    newest = ListingSnapshot.objects.get()
    newest.pk, newest.date_in_force = None, _LAST_DAY
    newest.save(force_insert=True)
