"""Two days compared: pairs of days that are often compared, totals, what is narrowed, and the file."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from companies.admin.comparison_days import pairs_of_months, pairs_of_years, usual_pairs
from companies.choices import ChangeType
from companies.universe_difference import compare_universes, total_by
from tests.admin.test_event_filters import APRIL, MARCH, restructured

__all__ = ["restructured"]

COMPARE = "/admin/companies/company/compare/"
DAYS = "first=2022-03-31&second=2022-04-28"


def compared(client: Client, query: str) -> Any:
    page: Any = client.get(f"{COMPARE}?{query}")
    assert page.context["form"].errors == {}
    return page.context


def test_usual_pairs_are_of_days_with_a_list() -> None:
    days = [
        date(2022, 3, 31),
        date(2022, 4, 28),
        date(2024, 12, 30),
        date(2025, 6, 30),
        date(2025, 11, 28),
        date(2025, 12, 30),
    ]

    assert usual_pairs(days) == [
        ("前回の一覧から", date(2025, 11, 28), date(2025, 12, 30)),
        ("前年末から", date(2024, 12, 30), date(2025, 12, 30)),
        ("2022-04-04 の市場再編の前後", date(2022, 3, 31), date(2022, 4, 28)),
    ]
    assert pairs_of_years(days) == [
        ("2025年", date(2024, 12, 30), date(2025, 12, 30)),
        ("2024年", date(2022, 4, 28), date(2024, 12, 30)),
    ]
    assert pairs_of_months(days) == [
        ("2025-12", date(2025, 11, 28), date(2025, 12, 30)),
        ("2025-11", date(2025, 6, 30), date(2025, 11, 28)),
        ("2025-06", date(2024, 12, 30), date(2025, 6, 30)),
    ]


@pytest.mark.parametrize("days", [[], [date(2024, 2, 29)]])
def test_of_one_list_nothing_is_compared(days: list[date]) -> None:
    assert (usual_pairs(days), pairs_of_years(days), pairs_of_months(days)) == ([], [], [])


@pytest.mark.usefixtures("restructured")
def test_totals_follow_from_who_came_went_and_moved() -> None:
    found = compare_universes(MARCH, APRIL)
    totals = {one.code: one for one in total_by("market_code", MARCH, APRIL, found)}

    assert {code: (one.before, one.after, one.change) for code, one in totals.items()} == {
        "0101": (4, 0, "-4"), "0104": (1, 0, "-1"), "0111": (0, 1, "+1"), "0112": (0, 2, "+2"), "0113": (0, 1, "+1"),
    }  # fmt: skip
    assert (totals["0101"].delisted, totals["0101"].moved_out, totals["0112"].moved_in) == (1, 3, 2)
    for one in totals.values():
        assert one.before + one.listed - one.delisted + one.moved_in - one.moved_out == one.after
    assert [(one.code, one.change) for one in total_by("sector33_code", MARCH, APRIL, found) if one.change != "0"] == [
        ("5250", "-1")
    ]


@pytest.mark.usefixtures("restructured")
def test_differences_are_narrowed_by_kind_field_market_and_sector(admin_client: Client) -> None:
    for query, codes in [
        ("", ["1301", "4751", "7201", "7203", "9984"]),
        ("kind=delisted", ["9984"]),
        ("field=market_code", ["1301", "4751", "7201", "7203"]),
        ("field=scale_category", ["4751"]),
        ("market=0112", ["1301", "7201"]),
        ("market=0101&kind=changed", ["1301", "7201", "7203"]),
        ("market=0112&sector33=3700", ["7201"]),
        ("sector33=5250", ["9984"]),
        ("field=company_name", []),
    ]:
        context = compared(admin_client, f"{DAYS}&{query}")

        assert [row[0].code for row in context["rows"]] == codes, (query, codes)
        assert (context["total"], context["shown"]) == (5, len(codes)), (query, codes)


@pytest.mark.usefixtures("restructured")
def test_counts_of_kinds_are_of_what_is_narrowed(admin_client: Client) -> None:
    context = compared(admin_client, f"{DAYS}&sector33=3700&kind=delisted")

    assert [count for _kind, _label, count in context["counts"]] == [0, 0, 2]
    assert "sector33=3700" in context["without_kind"]
    assert "kind" not in context["without_kind"]


@pytest.mark.usefixtures("restructured")
def test_who_came_and_who_went_tell_market_and_sector(admin_client: Client) -> None:
    page = admin_client.get(f"{COMPARE}?{DAYS}&kind=delisted").content.decode()

    assert "市場区分: 東証一部、33業種: 情報・通信業" in page


@pytest.mark.usefixtures("restructured")
def test_what_is_no_choice_is_named(admin_client: Client) -> None:
    for query, words in [
        ("market=9999", "条件「market」に「9999」という値はありません。"),
        ("sector33=x", "条件「sector33」に「x」という値はありません。"),
        ("field=colour", "条件「field」に「colour」という値はありません。"),
    ]:
        page = admin_client.get(f"{COMPARE}?{DAYS}&{query}")
        saved: Any = admin_client.get(f"{COMPARE}?{DAYS}&{query}&format=csv")

        assert words in page.content.decode(), (query, words)
        assert "rows" not in page.context, (query, words)
        assert (saved.status_code, saved.url) == (302, f"{COMPARE}?{DAYS}&{query}"), (query, words)


@pytest.mark.usefixtures("restructured")
def test_the_file_has_what_is_narrowed_with_both_values(admin_client: Client) -> None:
    answer: Any = admin_client.get(f"{COMPARE}?{DAYS}&sector33=3700&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="comparison_2022-03-31_2022-04-28.csv"'
    assert [(row["コード"], row["種別"], row["変わった項目"]) for row in rows] == [
        ("7201", "変更", "市場区分"), ("7203", "変更", "市場区分"),
    ]  # fmt: skip
    assert (rows[1]["市場区分（比較元）"], rows[1]["市場区分（比較先）"]) == ("東証一部", "プライム")
    assert (rows[1]["銘柄名（比較元）"], rows[1]["規模区分（比較先）"]) == ("会社7203", "TOPIX Core30")


@pytest.mark.usefixtures("restructured")
def test_the_workbook_has_totals_and_conditions_behind(admin_client: Client) -> None:
    answer: Any = admin_client.get(f"{COMPARE}?{DAYS}&kind=delisted&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    told = {row[0].value: row[1].value for row in book["条件"].iter_rows(min_row=2)}

    assert book.sheetnames == ["2 つの日の比較", "集計", "条件"]
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["9984"]
    assert [cell.value for cell in book["集計"][1]] == [
        "区分",
        "値",
        "比較元",
        "比較先",
        "増減",
        "新規",
        "廃止",
        "転入",
        "転出",
    ]
    assert ["市場区分", "東証一部", 4, 0, -4, 0, 1, 0, 3] in [
        [cell.value for cell in row] for row in book["集計"].iter_rows()
    ]
    assert (told["種別"], told["件数"]) == ("廃止", 1)
    assert [told[name].split()[0] for name in ("比較元の一覧", "比較先の一覧")] == ["2022-03-31", "2022-04-28"]
    assert told["画面"] == f"http://testserver{COMPARE}?{DAYS}&kind=delisted"


def test_kinds_are_those_of_the_api() -> None:
    assert [kind.value for kind in ChangeType] == ["listed", "delisted", "changed"]
