"""How the processes of a run share the tests out: whole files, those that take longest first.

A file stays in one process, because what its tests share (a server, a product, a template of a database) is made once in each
process that needs it. Where one test at the end takes as long as a hundred others, the other processes would wait for it: so
what takes longest comes first. A plugin of its own (`-p`), because the process that shares out reads no `conftest.py` of a folder.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: The longest first, of those that take twenty seconds and more by themselves; the order among all others is of no account.
LONGEST = (
    # With all that share its product (`TOGETHER`), the others in the order of their names.
    "tests/e2e/test_analyst.py",
    # Each with a product of its own.
    "tests/e2e/test_telling.py",
    "tests/e2e/test_company_page.py",
    "tests/e2e/test_questions.py",
    "tests/e2e/test_operator_tasks.py",
    "tests/e2e/test_journey.py",
    "tests/local/test_operations.py",
    "tests/local/test_outages.py",
    "tests/local/test_refusing_redis.py",
    "tests/local/test_service_restarts.py",
    "tests/local/test_run.py",
    # First of those that share a worker.
    "tests/syncjobs/test_thirty_evenings.py",
    "tests/contract/test_openapi.py",
    "tests/contract/test_hostile_admin.py",
    "tests/backups/test_kept_backups.py",
    "tests/local/test_point_in_time.py",
    "tests/simulation/test_regressions.py",
    "tests/local/test_bare_pytest.py",
    "tests/deploy/test_helm_running.py",
    "tests/deploy/test_image.py",
    "tests/backups/test_backups.py",
    "tests/backups/test_restore_killed.py",
    "tests/serving/test_held_answers.py",
    "tests/serving/test_database_states.py",
    "tests/recorded_history/test_after_restore.py",
    "tests/recorded_history/test_after_kills.py",
    "tests/recorded_history/test_under_load.py",
    "tests/recorded_history/test_two_servers.py",
    "tests/serving/test_costly.py",
    "tests/subscriptions/deliveries/test_killed.py",
    "tests/subscriptions/test_replica.py",
    "tests/contract/test_hostile_requests.py",
)
#: Files that share what takes longer to start than most of their tests last.
TOGETHER = {
    "tests/local/test_operations.py": "product",
    "tests/local/test_outages.py": "product",
    "tests/local/test_refusing_redis.py": "product",
    "tests/local/test_run.py": "product",
    "tests/local/test_service_restarts.py": "product",
    "tests/syncjobs/test_approval.py": "worker",
    "tests/syncjobs/test_backfill.py": "worker",
    "tests/syncjobs/test_bulk_backfill.py": "worker",
    "tests/syncjobs/test_issuer_runs.py": "worker",
    "tests/syncjobs/test_lost_workers.py": "worker",
    "tests/syncjobs/test_quote_runs.py": "worker",
    "tests/syncjobs/test_run_life.py": "worker",
    "tests/syncjobs/test_sync_faults.py": "worker",
    "tests/syncjobs/test_thirty_evenings.py": "worker",
    "tests/syncjobs/test_worker_connections.py": "worker",
    # The others of their folder have products of their own.
    **{
        f"tests/e2e/test_{name}.py": "product in a browser"
        for name in (
            "accessibility", "analyst", "company_list", "following", "keyboard", "operator", "page_weight", "pages_fit",
            "quotes", "revisions", "telephone",
        )
    },
}  # fmt: skip


class WholeFiles(LoadScopeScheduling):  # type: ignore[misc] # xdist is untyped
    """Each process takes the next file when it is nearly through with those it has."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return TOGETHER.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles | None:
    """Unless somebody asks for another."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # by the number of tests
    return WholeFiles(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, in processes that share a run; otherwise as they stand."""
    if hasattr(config, "workerinput"):
        items.sort(key=place)


def place(item: pytest.Item) -> int:
    file = item.nodeid.partition("::")[0]
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)
