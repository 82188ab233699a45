"""`manage.py import_listing`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from companies.models import Company, ListingSnapshot
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of

pytestmark = pytest.mark.django_db


def test_lists_are_applied_from_the_oldest_and_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_bytes(
        csv_of(KYOKUYO.replace("20240229", "20240329"), ETF.replace("20240229", "20240329"))
    )
    (tmp_path / "old.csv").write_bytes(csv_of(KYOKUYO, ETF))
    (tmp_path / "bad.xls").write_bytes(b"\x89PNG")
    output = StringIO()

    with pytest.raises(CommandError, match=r"bad\.xls: PNG"):
        call_command("import_listing", *(str(tmp_path / n) for n in ("new.csv", "bad.xls", "old.csv")), stdout=output)

    assert [line[:10] for line in output.getvalue().splitlines()] == ["2024-02-29", "2024-03-29"]
    assert Company.objects.active().count() == 2


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(csv_of(KYOKUYO))

    call_command("import_listing", str(tmp_path / "list.csv"), "--dry-run", stdout=StringIO())

    assert not ListingSnapshot.objects.exists()


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"no-such-file\.xls: ファイルを開けません"):
        call_command("import_listing", "no-such-file.xls", stdout=StringIO())


def test_a_truncated_list_needs_force_also_in_a_dry_run(tmp_path: Path) -> None:
    whole, short = tmp_path / "whole.csv", tmp_path / "short.csv"
    whole.write_bytes(csv_of(KYOKUYO, ETF))
    short.write_bytes(csv_of(KYOKUYO.replace("20240229", "20240329")))
    call_command("import_listing", str(whole), stdout=StringIO())

    for words in ([], ["--dry-run"]):
        with pytest.raises(CommandError, match="--force で取り込めます"):
            call_command("import_listing", str(short), *words, stdout=StringIO())
    assert ListingSnapshot.objects.count() == 1
    call_command("import_listing", str(short), "--force", stdout=StringIO())
    assert ListingSnapshot.objects.count() == 2


def test_a_reader_is_warned_of_labels_it_does_not_know(tmp_path: Path) -> None:
    output = StringIO()
    (tmp_path / "list.csv").write_bytes(csv_of(KYOKUYO.replace("プライム（内国株式）", "ネクスト（内国株式）")))

    call_command("import_listing", str(tmp_path / "list.csv"), stdout=output)

    assert "注意: 未知の市場・商品区分「ネクスト（内国株式）」が 1 件あります" in output.getvalue()
