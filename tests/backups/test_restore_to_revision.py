"""A backup restored as it was at an earlier revision: the ledger went back, everything else is there, and nobody is told what is undone."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from api.keys import find_api_key
from companies.feed.position import current_epoch
from companies.ledger.history_proof import verify_history
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, LedgerRevision, ListingSnapshot
from tests.backups.backup_files import every_row, manage, take, working_on
from tests.factories import make_issue

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
APRIL, MAY = date(2024, 4, 30), date(2024, 5, 31)
#: Tables that are not the ledger's, and stay as they are in the backup.
STAYS = (
    "auth_user", "api_keys", "data_sources", "sync_runs", "django_celery_beat_periodictask", "recorded_changes", "subscriptions", "destinations",
    "watched_companies", "market_masters",
)  # fmt: skip


def back(path: Path | str, revision: int, *options: str) -> str:
    told = io.StringIO()
    call_command("restore", str(path), "--to-revision", str(revision), *options, stdout=told)
    return told.getvalue()


def go_on() -> None:
    """April, in which 7203 and 7201 alone are left; March taken back; May, with somebody new."""
    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    withdraw_entry(ListingSnapshot.objects.get(date_in_force="2024-03-29").pk, reason="誤り", withdrawn_by="山田")
    apply_snapshot(MAY, [make_issue("7203"), make_issue("1332")], "jpx", force=True)


def ledger(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        table: rows[table]
        for table in ("ledger_revisions", "listing_snapshots", "snapshot_withdrawals", "entry_holdings")
    }


def test_a_backup_goes_back_to_a_revision_and_all_else_stays(filled: str, tmp_path: Path) -> None:
    before, epoch = every_row(), current_epoch()
    go_on()
    User.objects.create_user("later", password="not-a-real-password")
    now = every_row()
    path = take(tmp_path / "meigara.backup")

    told = back(path, 2, "--force", "--yes")

    after = every_row()
    assert ledger(after) == ledger(before)
    assert {table: after[table] for table in STAYS} == {table: now[table] for table in STAYS}
    assert sorted(Company.objects.values_list("code", flat=True)) == ["1301", "130A", "7201", "7203", "9984"]
    assert verify_history() == []
    assert current_epoch() != epoch
    assert find_api_key(filled) is not None
    assert "改訂 5 から改訂 2" in told
    assert "上場銘柄一覧 2 件" in told
    assert "なかったことになる取消: 1 件" in told
    # What was there is one command away.
    (kept,) = tmp_path.glob("before-revision-2-*.backup")
    assert f"restore --force {kept}" in told
    call_command("restore", kept, "--force", stdout=io.StringIO())
    assert every_row() == now


def test_the_ledger_goes_on_from_there_and_followers_are_told_to_begin_anew(filled: str, tmp_path: Path) -> None:
    client = APIClient(headers={"X-API-Key": filled})
    go_on()
    path = take(tmp_path / "meigara.backup")
    position = client.get("/api/v1/feed", {"after": 0, "limit": 100}).json()["next"]
    epoch = client.get("/api/v1/feed").json()["epoch"]

    back(path, 2, "--force", "--yes")

    lost = client.get("/api/v1/feed", {"after": position})
    assert (lost.status_code, lost.json()["error"]["code"]) == (409, "EPOCH_CHANGED")
    assert client.get("/api/v1/feed").json()["epoch"] != epoch
    assert client.get("/api/v1/companies", {"revision": 5}).status_code == 404
    assert client.get("/api/v1/companies", {"revision": 2}).json() == client.get("/api/v1/companies").json()
    apply_snapshot(MAY, [make_issue("7203"), make_issue("1332")], "jpx", force=True)
    assert LedgerRevision.objects.latest("number").number == 3
    assert {row["code"] for row in client.get("/api/v1/companies").json()["companies"]} == {"7203", "1332"}
    assert verify_history() == []


def test_another_database_gets_the_ledger_of_then_beside_the_product(
    filled: str, other_database: str, tmp_path: Path
) -> None:
    before = every_row()
    go_on()
    now = every_row()
    path = take(tmp_path / "meigara.backup")

    told = manage(
        "restore",
        str(path),
        "--to-revision",
        "2",
        "--yes",
        database=other_database,
        stdout=(tmp_path / "told").open("wb"),
    )

    with working_on(other_database):
        assert ledger(every_row()) == ledger(before)
    assert every_row() == now
    assert told == ""
    assert list(tmp_path.glob("before-revision-*")) == []


def test_a_dry_run_says_the_numbers_and_touches_nothing(filled: str, tmp_path: Path) -> None:
    go_on()
    path, now = take(tmp_path / "meigara.backup"), every_row()

    told = back(path, 3, "--dry-run")

    assert re.search(r"改訂 5 から改訂 3（\d{4}-\d\d-\d\d \d\d:\d\d:\d\d に記録）に戻ります。消える改訂: 2 件", told)
    assert "データベースには何もしていません" in told
    assert every_row() == now
    assert [path.name for path in tmp_path.iterdir()] == ["meigara.backup"]


@pytest.mark.parametrize(
    ("revision", "options", "why"),
    [
        (
            "6",
            ("--yes", "--force"),
            r"改訂 6 には戻せません。このバックアップにあるのは改訂 1 から 5 まで.*より新しいバックアップ",
        ),
        ("0", ("--yes", "--force"), "1 以上の改訂の番号"),
        ("2", ("--force",), "--dry-run で件数を確かめてから --yes"),
        ("2", ("--yes",), r"空ではありません.*--force"),
        ("2", ("--yes", "--force", "--trial"), "同時に指定できません"),
        ("2", ("--yes", "--force", "--keep", "meigara.backup"), "すでにあります"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_was_touched(
    filled: str, tmp_path: Path, revision: str, options: tuple[str, ...], why: str
) -> None:
    go_on()
    path, now = take(tmp_path / "meigara.backup"), every_row()
    options = tuple(str(path) if option == "meigara.backup" else option for option in options)

    with pytest.raises(CommandError, match=why):
        back(path, int(revision), *options)

    assert every_row() == now
    assert [path.name for path in tmp_path.iterdir()] == ["meigara.backup"]


def test_options_of_going_back_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--dry-run は --to-revision とともに"):
        call_command("restore", str(tmp_path), "--dry-run")


def test_the_command_of_the_copy_runs_nowhere_else(two_lists: None) -> None:
    before = every_row()

    with pytest.raises(CommandError, match="このデータベースでは実行できません"):
        call_command("rewind_ledger", "1")

    assert every_row() == before
