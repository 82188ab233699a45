"""The parts of `make bench`: each measures, prints its tables, and gives what has bounds."""

from django.core.management import call_command

from bench.admin import measure_admin
from bench.api import measure_api, relate
from bench.backfill import measure_backfill
from bench.ledger import measure_growth, measure_knowledge, measure_ledger
from bench.proof import measure_proof
from bench.report import (
    Comparison,
    Measurement,
    Relation,
    print_comparisons,
    print_figures,
    print_relations,
    print_report,
)
from bench.size import measure_size

_SIZES = (4_400, 44_000)


def _measure_ledger() -> list[Measurement | Comparison | Relation]:
    measurements = measure_ledger()
    call_command("flush", verbosity=0, interactive=False)
    measurements += measure_backfill()
    print_report(measurements)
    relations = [measure_growth(), measure_knowledge()]
    print_relations(relations)
    return [*measurements, *relations]


def _measure_proof() -> list[Measurement | Comparison | Relation]:
    measurements = measure_proof()
    print_report(measurements)
    return [*measurements]


def _measure_admin() -> list[Measurement | Comparison | Relation]:
    found: list[Measurement | Comparison | Relation] = []
    for size in _SIZES:
        pages, queries = measure_admin(size)
        print_report(pages)
        print_relations(queries)
        found += [*pages, *queries]
    return found


def _measure_api() -> list[Measurement | Comparison | Relation]:
    found = []
    for size in _SIZES:
        found.append(measure_api(size))
        print_comparisons(f"API、{size:,} 銘柄", found[-1])
    relations = relate(*found)
    print_relations(relations)
    return [*found[0], *relations]


def _measure_size() -> list[Measurement | Comparison | Relation]:
    """Figures without bounds."""
    for size in _SIZES:
        print_figures(f"大きさ、{size:,} 銘柄", measure_size(size))
    return []


#: By the word that asks for it.
PARTS = {
    "ledger": _measure_ledger,
    "proof": _measure_proof,
    "admin": _measure_admin,
    "api": _measure_api,
    "size": _measure_size,
}
#: Those that have bounds to keep.
WITH_BOUNDS = ("ledger", "proof", "admin", "api")
