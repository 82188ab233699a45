"""`manage.py import_official_dates`."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from companies.issuers.official_dates.models import OfficialDate

pytestmark = pytest.mark.django_db


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def run(*arguments: Any) -> str:
    output = StringIO()
    call_command("import_official_dates", *map(str, arguments), stdout=output)
    return output.getvalue()


def test_a_file_is_imported_once(tmp_path: Path) -> None:
    path = write(tmp_path / "days.csv", "delisted_on,code\n2026-03-05,1301\n2026-03-06,130A\n")

    assert "days.csv: 記録 2 件、取り下げ 0 件、変更なし 0 件（改訂 1）" in run(path)
    assert "days.csv: 記録 0 件、取り下げ 0 件、変更なし 2 件\n" in run(path)
    assert set(OfficialDate.objects.values_list("origin", flat=True)) == {"CSV"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_columns_are_found_by_name_in_either_language(tmp_path: Path, encoding: str) -> None:
    text = "銘柄名,コード,種別,日付,公表日,理由,市場区分,備考\n極洋,１３０１,上場廃止,2026年3月5日,2026/01/20,完全子会社化,プライム,x\n"

    said = run(write(tmp_path / "days.csv", text, encoding), "--origin", "手入力")

    day = OfficialDate.objects.get()
    assert (day.code, day.kind, day.official_on, day.announced_on) == (
        "1301",
        "delisted",
        date(2026, 3, 5),
        date(2026, 1, 20),
    )
    assert (day.company_name, day.reason, day.market, day.origin) == ("極洋", "完全子会社化", "プライム", "手入力")
    assert "使わない列: 備考" in said


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    said = run("--dry-run", write(tmp_path / "days.csv", "delisted_on,code\n2026-03-05,1301\n"))

    assert "記録 1 件" in said
    assert "何も書き込んでいません" in said
    assert not OfficialDate.objects.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "delisted_on,code\n2026-02-30,1301\n2026-03-05,13O1\n",
            ["2 行目「上場廃止日」", "3 行目「コード」: 「13O1」"],
        ),
        ("delisted_on,code\n2026-03-05\n", ["2 行目: 列が 1 個"]),
        ("date,code\n2026-03-05,1301\n", ["種別（kind"]),
        ("day,code\n2026-03-05,1301\n", ["delisted_on,code"]),
        ("code,コード,delisted_on\n1301,1301,2026-03-05\n", ["同じ意味の列が 2 つ"]),
        ("delisted_on,code\n", ["1 件もありません"]),
        ('delisted_on,code\n"2026-03-05,1301\n', ["CSV として読めません"]),
        ("kind,date,code\n分割,2026-03-05,1301\n", ["「分割」は種別ではありません"]),
        ("delisted_on,code,reason\n2026-03-05,1301,甲\n2026-03-05,1301,乙\n", ["2 回あります"]),
        ("", ["空です"]),
    ],
)
def test_a_file_that_is_wrong_anywhere_is_refused_whole_with_the_place(
    tmp_path: Path, text: str, told: list[str]
) -> None:
    with pytest.raises(CommandError) as refused:
        run(write(tmp_path / "days.csv", text))

    assert all(part in str(refused.value) for part in told)
    assert not OfficialDate.objects.exists()


def test_a_missing_file_and_utf_16_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="開けません"):
        run(tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="文字コード"):
        run(write(tmp_path / "days.csv", "delisted_on,code\n2026-03-05,1301\n", "utf-16"))


def test_a_close_day_is_named_and_replaced_only_when_asked(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", "delisted_on,code\n2026-03-05,1301\n"))
    other = write(tmp_path / "b.csv", "delisted_on,code\n2026-03-07,1301\n")

    assert "1301 の 2026-03-07 は取り込みません。近い 2026-03-05 が既にあります" in run(other)
    assert "取り下げ: 1301 2026-03-05" in run(other, "--replace")


def test_a_page_that_lost_more_than_half_is_held(tmp_path: Path) -> None:
    def page(codes: list[int]) -> Path:
        rows = "".join(f"<tr><td>2026/03/05</td><td>甲</td><td>{code}</td></tr>" for code in codes)
        head = "<tr><th>上場廃止日</th><th>銘柄名</th><th>コード</th></tr>"
        return write(tmp_path / "page.html", f"<html><body><table>{head}{rows}</table></body></html>")

    run(page([1301, 1302, 1303]))

    with pytest.raises(CommandError, match="3 件のうち 2 件がありません"):
        run(page([1301]))
    assert "取り下げ 2 件" in run(page([1301]), "--force")
