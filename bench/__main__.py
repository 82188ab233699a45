"""Runs the measurements on a database of its own and prints the tables (`make bench`).

`make bench ARGS=api` measures the API only, likewise `ledger`, `backfill` and `admin`; `make bench ARGS=memory` whether the memory of the
web processes grows in ten minutes, and `make bench ARGS=size` what the data weighs (docs/scaling.md). `make bench ARGS="api --rounds 2 --seconds 0.3"` is a
quick look; `ARGS=--help` names the rest.
"""

import logging
import os
import sys
from importlib import import_module

import django
from django.db import connection

from bench.options import name_of_life, read_arguments


def main() -> int:
    """Measure; 0 when every bound is kept, 1 otherwise."""
    names, options = read_arguments(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Databases of Redis of its own, beside those of a product that may be running here.
    for name in ("REDIS_URL", "BROKER_URL"):
        os.environ[name] = f"{os.environ[name].removesuffix('/0').rstrip('/')}/7"
    django.setup()
    logging.disable(logging.WARNING)
    # A long life takes hours: what there is of it stays, so that it can go on.
    is_kept = names == ["long-life"]
    if is_kept:
        connection.settings_dict["TEST"]["NAME"] = name_of_life(options)
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=is_kept)
    try:
        parts = import_module("bench.parts").PARTS  # models can be imported only after the setup above
        results = [result for name in names for result in parts[name](options)]
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0, keepdb=is_kept)
    missed = sum(not result.is_met for result in results)
    print(f"\n{len(results)} 項目のうち達成 {len(results) - missed}、未達 {missed}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
