"""Which files of tests are proofs that take long: `make proofs` runs them, `make test` as a whole leaves them out, or tries
them on fewer cases.

A process of its own is killed, restored or filled up in each of them; together they are a fifth of the time of all tests. Named
in `ARGS` they run like any other.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LONG = frozenset(
    {
        "tests/architecture/test_same_bill.py",
        "tests/backups/test_backup_while_importing.py",
        "tests/backups/test_restore_to_revision.py",
        "tests/backups/test_to_revision_killed.py",
        "tests/bench/test_long_life.py",
        "tests/companies/test_recipe_of_a_field.py",
        "tests/failures/test_clocks_apart.py",
        "tests/failures/test_database_disk_full.py",
        "tests/failures/test_own_disk_full.py",
        "tests/failures/test_read_only_everywhere.py",
        "tests/laws/test_rewind_laws.py",
        "tests/local/test_bare_pytest.py",
        "tests/local/test_point_in_time.py",
        "tests/recorded_history/test_after_restore.py",
        "tests/simulation/test_findings.py",
        "tests/simulation/test_regressions.py",
    }
)

#: What asks `tests.examples` how many cases to try.
SAMPLED = frozenset(
    {
        "tests/admin/test_company_list.py",
        "tests/admin/test_list_addresses.py",
        "tests/admin/test_roles.py",
        "tests/api/test_event_pages.py",
        "tests/api/test_fields.py",
        "tests/api/test_front_and_viewset.py",
        "tests/api/test_leases.py",
        "tests/contract/test_hostile_admin.py",
        "tests/contract/test_hostile_requests.py",
        "tests/contract/test_openapi.py",
        "tests/datasources/test_table_process.py",
        "tests/local/test_run.py",
        "tests/syncjobs/test_thirty_evenings.py",
        "tests/syncjobs/test_thirty_nights.py",
    }
)
_SAMPLED_FOLDER = "tests/laws"


def mark_long(items: Iterable[pytest.Item]) -> None:
    """Give each test of such a file the marker `long` or `sampled`."""
    for item in items:
        if not item.path.is_relative_to(PROJECT):
            continue
        file = item.path.relative_to(PROJECT)
        if file.as_posix() in LONG:
            item.add_marker(pytest.mark.long)
        elif is_sampled(file):
            item.add_marker(pytest.mark.sampled)


def is_sampled(file: Path) -> bool:
    """`file` is relative to the project."""
    return file.as_posix() in SAMPLED or file.is_relative_to(_SAMPLED_FOLDER)
