"""Runs every measurement on a database of its own and prints the tables (`make bench`).

`make bench ARGS=api` measures the API only, likewise `ledger` and `admin`; `make bench ARGS=size` what the data weighs
(docs/scaling.md).
"""

import logging
import os
import sys

import django
from django.core.management import call_command
from django.db import connection

from bench.report import (
    Comparison,
    Measurement,
    Relation,
    print_comparisons,
    print_figures,
    print_relations,
    print_report,
)

_SIZES = (4_400, 44_000)


def main() -> int:
    """Measure; 0 when every bound is kept, 1 otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Databases of Redis of its own, beside those of a product that may be running here.
    for name in ("REDIS_URL", "BROKER_URL"):
        os.environ[name] = f"{os.environ[name].removesuffix('/0').rstrip('/')}/7"
    django.setup()
    logging.disable(logging.WARNING)
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        results = [result for name in sys.argv[1:] or _WITH_BOUNDS for result in _PARTS[name]()]
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 0 if all(result.is_met for result in results) else 1


def _measure_ledger() -> list[Measurement | Comparison | Relation]:
    from bench.backfill import measure_backfill  # noqa: PLC0415 models can be imported only after setup
    from bench.ledger import measure_growth, measure_ledger  # noqa: PLC0415

    measurements = measure_ledger()
    call_command("flush", verbosity=0, interactive=False)
    measurements += measure_backfill()
    print_report(measurements)
    relations = [measure_growth()]
    print_relations(relations)
    return [*measurements, *relations]


def _measure_admin() -> list[Measurement | Comparison | Relation]:
    from bench.admin import measure_admin  # noqa: PLC0415

    found: list[Measurement | Comparison | Relation] = []
    for size in _SIZES:
        pages, queries = measure_admin(size)
        print_report(pages)
        print_relations(queries)
        found += [*pages, *queries]
    return found


def _measure_api() -> list[Measurement | Comparison | Relation]:
    from bench.api import measure_api, relate  # noqa: PLC0415

    found = []
    for size in _SIZES:
        found.append(measure_api(size))
        print_comparisons(f"API、{size:,} 銘柄", found[-1])
    relations = relate(*found)
    print_relations(relations)
    return [*found[0], *relations]


def _measure_size() -> list[Measurement | Comparison | Relation]:
    """Figures without bounds."""
    from bench.size import measure_size  # noqa: PLC0415

    for size in _SIZES:
        print_figures(f"大きさ、{size:,} 銘柄", measure_size(size))
    return []


_PARTS = {"ledger": _measure_ledger, "admin": _measure_admin, "api": _measure_api, "size": _measure_size}
_WITH_BOUNDS = ("ledger", "admin", "api")


if __name__ == "__main__":
    sys.exit(main())
