"""Runs every measurement on a database of its own and prints the tables (`make bench`).

`make bench ARGS=api` measures the API only, likewise `ledger`, `proof` and `admin`; `make bench ARGS=size` what the data weighs
(docs/scaling.md).
"""

import logging
import os
import sys
from importlib import import_module

import django
from django.db import connection


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
        parts = import_module("bench.parts")  # models can be imported only after the setup above
        results = [result for name in sys.argv[1:] or parts.WITH_BOUNDS for result in parts.PARTS[name]()]
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 0 if all(result.is_met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
