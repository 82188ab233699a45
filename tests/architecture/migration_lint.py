"""Refuses migrations that break the code that is still running, or hold a table longer than a request waits.

`make lint` runs it over every migration of ours that has not landed; the rule is in docs/adding.md ("A migration").
"""

import logging
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from django.apps import apps
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

_PROJECT = Path(__file__).resolve().parents[2]
#: Landed before the rule, or safe for a reason that its SQL does not show.
EXEMPT = {
    ("api", "0002_data_generations"): "landed: a check on a table of a few keys",
    ("datasources", "0002_request_limits"): "a table of a handful of sources",
    ("syncjobs", "0007_quote_runs"): "a check on a table that grows by some runs a day and is purged: milliseconds",
    ("companies", "0005_event_indexes"): "landed: replaces two indexes of a table that fits in memory, in milliseconds",
}
# The package knows columns, indexes and unique constraints. These scan the whole table under a lock against readers.
_SCANNING = re.compile(r'ALTER TABLE (\S+) ADD CONSTRAINT .*?\b(CHECK|FOREIGN KEY|EXCLUDE)\b(?!.*\bNOT VALID\b)', re.S)  # fmt: skip
_REWRITING = re.compile(r"\b(VACUUM FULL|CLUSTER|LOCK TABLE)\b")
_CREATED = re.compile(r"CREATE TABLE (\S+)")
_INDEXED = re.compile(r"CREATE (?:UNIQUE )?INDEX .*? ON (\S+)")


def find_faults(statements: Sequence[str]) -> list[str]:
    """What is wrong with the SQL of one migration; empty when it may run beside the old code."""
    created = {match for statement in statements for match in _CREATED.findall(statement)}
    # The package does not see that a partial index is of a table made just before.
    told = [s for s in statements if (index := _INDEXED.match(s)) is None or index.group(1) not in created]
    errors, _, warnings = analyse_sql_statements(PostgresqlAnalyser, told, [])
    faults = [issue.message for issue in [*errors, *warnings]]
    for statement in statements:
        scanning = _SCANNING.search(statement)
        if scanning is not None and scanning.group(1) not in created:
            faults.append(f"{scanning.group(2)} constraint without NOT VALID scans {scanning.group(1)} under a lock")
        if _REWRITING.search(statement):
            faults.append(f"{statement.split(maxsplit=3)[:3]} locks out everybody")
    return faults


def main() -> int:
    """Lint; 1 when a migration may not land as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    logging.disable(logging.INFO)
    linter = MigrationLinter(no_cache=True, no_output=True)
    labels = {app.label for app in apps.get_app_configs() if Path(app.path).parent == _PROJECT}
    ours = sorted(key for key in linter.migration_loader.disk_migrations if key[0] in labels)
    faulty = 0
    for app, name in ours:
        if (app, name) in EXEMPT:
            continue
        for fault in find_faults(linter.get_sql(app, name)):
            print(f"{app}.{name}: {fault}", file=sys.stderr)
            faulty = 1
    unknown = EXEMPT.keys() - set(ours)
    if unknown:
        print(f"EXEMPT names what does not exist: {sorted(unknown)}", file=sys.stderr)
    if not faulty and not unknown:
        print(f"{len(ours)} migrations may run beside the code before them ({len(EXEMPT)} exempt).")
    return 1 if faulty or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
