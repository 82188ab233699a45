"""Runs every measurement on a database of its own and prints the table (`make bench`)."""

import logging
import os
import sys

import django
from django.core.management import call_command
from django.db import connection

from bench.report import print_report


def main() -> int:
    """Measure; 0 when every bound is kept, 1 otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    logging.disable(logging.WARNING)
    from bench.backfill import measure_backfill  # noqa: PLC0415 models can be imported only after setup
    from bench.ledger import measure_ledger  # noqa: PLC0415

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measurements = measure_ledger()
        call_command("flush", verbosity=0, interactive=False)
        measurements += measure_backfill()
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    print_report(measurements)
    return 0 if all(measurement.is_met for measurement in measurements) else 1


if __name__ == "__main__":
    sys.exit(main())
