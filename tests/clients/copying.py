"""A consumer of the feed, and what it has to hold in the end."""

from contextlib import closing
from datetime import date, timedelta

from meigara_client import Client

from companies.ledger.snapshots import apply_snapshot
from companies.models import CompanyVersion
from tests.factories import make_issue

APRIL = date(2024, 4, 30)


class Copy:
    """Versions by code and first day, as a consumer would keep them."""

    def __init__(self) -> None:
        self.versions: set[tuple[str, date]] = set()
        self.seen: list[tuple[int, bool]] = []

    def take(self, client: Client, place: object, *, most: int = 1000, **how: int) -> None:
        """At most so many revisions, then the program ends: the last one was handled, and never said to be."""
        with closing(client.follow(place, wait=0, **how)) as revisions:  # type: ignore[arg-type, type-var] # a generator
            for revision in revisions:
                self.seen.append((revision.revision, revision.is_complete))
                self.versions -= {(one.code, one.valid_from) for one in revision.withdrawn}
                self.versions |= {(one.code, one.valid_from) for one in revision.recorded}
                most -= 1
                if not most:
                    return


def stored() -> set[tuple[str, date]]:
    return {(str(code), start) for code, start in CompanyVersion.objects.values_list("code", "validity__startswith")}


def record_lists(count: int, first: date = APRIL) -> None:
    for step in range(count):
        apply_snapshot(first + timedelta(days=step), [make_issue("7203", company_name=f"{first:%m%d}{step}"), make_issue("1301")], "jpx", force=True)  # fmt: skip
