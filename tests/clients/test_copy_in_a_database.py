"""The program by which the README keeps a copy: what it holds after each run is what the product holds."""

import gc
import json
from contextlib import closing
from pathlib import Path

import pytest

from companies.ledger.snapshots import apply_snapshot
from companies.models import CompanyVersion
from tests.clients.copying import APRIL
from tests.clients.documents import README, run
from tests.clients.proxy import Proxy, Reply
from tests.factories import make_issue

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: Proxy, key: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEIGARA_URL", proxy.url)
    monkeypatch.setenv("MEIGARA_API_KEY", key)


def copied_by_a_run() -> set[tuple[object, ...]]:
    with closing(run(README, "Following")["copy"]) as copy:
        return set(copy.execute("SELECT * FROM versions"))


def stored() -> set[tuple[object, ...]]:
    return {
        (one.code, str(one.validity.lower), one.validity.upper and str(one.validity.upper), one.company_name, one.market_id)
        for one in CompanyVersion.objects.all()
    }  # fmt: skip


def test_a_second_run_goes_on_where_the_copy_is_after_a_list_that_renames(two_lists: None) -> None:
    assert copied_by_a_run() == stored()
    before = stored()
    apply_snapshot(APRIL, [make_issue("7203", company_name="新しい名"), make_issue("7201")], "jpx", force=True)

    assert copied_by_a_run() == stored() != before
    assert copied_by_a_run() == stored()


def test_a_run_that_dies_in_the_midst_of_a_revision_leaves_copy_and_position_together(
    two_lists: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise RuntimeError("out of power")

    with monkeypatch.context() as patch:
        patch.setattr("meigara_client.CallablePosition.save", die)
        with pytest.raises(RuntimeError):
            run(README, "Following")
    gc.collect()  # the program's connection to its file, as when its process ends

    assert copied_by_a_run() == stored()


def test_after_a_restored_backup_the_copy_is_made_anew(two_lists: None, proxy: Proxy) -> None:
    def of_another_epoch(reply: Reply) -> None:
        reply.body = json.dumps({**json.loads(reply.body), "epoch": "another"}).encode()

    copied_by_a_run()
    proxy.change.append(of_another_epoch)

    assert copied_by_a_run() == set()
    assert copied_by_a_run() == stored()
