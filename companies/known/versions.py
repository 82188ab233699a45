"""The versions of companies as they were known, with all that the pure core needs of them."""

from collections.abc import Collection, Iterator
from itertools import groupby
from operator import itemgetter

from companies.ledger.history import Version
from companies.listed_issue import LEDGER_FIELDS
from companies.models import KnownVersion

_FIELDS = ("code", "validity", *(field.path for field in LEDGER_FIELDS))


def load_known_versions(codes: Collection[str]) -> Iterator[tuple[str, list[Version]]]:
    """By code, oldest first, of those of the codes that were known; inside `companies.known.revision.known_at`."""
    versions = KnownVersion.objects.filter(code__in=codes).order_by("code", "validity").values_list(*_FIELDS)
    for code, rows in groupby(versions.iterator(chunk_size=2000), key=itemgetter(0)):
        yield code, [Version(row[1].lower, row[1].upper, tuple(row[2:])) for row in rows]
