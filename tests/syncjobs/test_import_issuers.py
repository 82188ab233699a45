"""`manage.py import_issuers`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, IssuerList
from tests.conftest import FEBRUARY
from tests.edinet_lists import row_of, text_of, zip_of
from tests.factories import make_list

pytestmark = pytest.mark.django_db


def run(*words: str | Path) -> str:
    output = StringIO()
    call_command("import_issuers", *map(str, words), stdout=output)
    return output.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {
        "new.zip": zip_of(text_of([row_of(name_kana="カネコカブシキガイシャ")])),
        "old.zip": zip_of(text_of([row_of()], day="2023年10月31日現在")),
        "page.zip": b"<html>busy</html>",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def test_lists_are_applied_from_the_oldest_and_a_bad_file_does_not_stop_the_others(files: dict[str, Path]) -> None:
    apply_snapshot(FEBRUARY, make_list(["1376"]), "jpx")

    with pytest.raises(CommandError, match=r"page\.zip: コードリストではなく Web ページ"):
        run(files["new.zip"], files["page.zip"], files["old.zip"])

    assert [str(day) for day in IssuerList.objects.order_by("pk").values_list("date_in_force", flat=True)] == [
        "2023-10-31", "2026-08-11",
    ]  # fmt: skip
    assert Company.objects.get(code="1376").company_name_kana == "カネコ"


def test_a_dry_run_writes_nothing_and_says_so(files: dict[str, Path]) -> None:
    told = run(files["new.zip"], "--dry-run")

    assert "提出者 1 件（証券コードあり 1、個人 0 件は取り込みません）、新しい発行体 1" in told
    assert "--dry-run のため、何も書き込んでいません。" in told
    assert not IssuerList.objects.exists()


def test_a_list_that_needs_a_look_is_held_also_in_a_dry_run_and_can_be_forced(
    files: dict[str, Path], tmp_path: Path
) -> None:
    rows = [row_of(edinet_code=f"E{step:05}", securities_code="") for step in range(1, 61)]
    (tmp_path / "whole.zip").write_bytes(zip_of(text_of(rows, day="2026年08月01日現在")))
    run(tmp_path / "whole.zip")

    for words in ([], ["--dry-run"]):
        with pytest.raises(CommandError, match=r"しかありません.*（--force で取り込めます）"):
            run(files["new.zip"], *words)
    assert "取込 提出者 1 件" in run(files["new.zip"], "--force")
    assert "変更なし（取込済み）" in run(files["new.zip"])
