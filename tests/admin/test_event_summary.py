"""Events added up, from what to what and by sector, and by year and market; each number leads to its events."""

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.events.years import count_by_year
from companies.ledger.snapshots import apply_snapshot
from tests.admin.test_event_filters import restructured, told_days
from tests.factories import make_issue

__all__ = ["restructured", "told_days"]

LIST = "/admin/companies/listingevent/"
APRIL = "event_date_from=2022-04-01&event_date_to=2022-04-30"


def shown(client: Client, query: str) -> int:
    page: Any = client.get(f"{LIST}?{query}")
    assert page.context["cl"].problems == []
    return int(page.context["cl"].result_count)


def tables(client: Client, query: str) -> list[Any]:
    page: Any = client.get(f"{LIST}summary/?{query}")
    assert page.context["problems"] == []
    return list(page.context["tables"])


@pytest.mark.usefixtures("restructured")
def test_the_moves_of_april_are_counted_by_sector(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(16):  # session, user, lists, official days, names of masters, generation, events
        [table] = tables(admin_client, f"type=market_changed&{APRIL}")

    assert [(words, cell.count) for words, cell in table.moves] == [
        ("東証一部 → スタンダード", 2), ("東証一部 → プライム", 1), ("マザーズ → グロース", 1),
    ]  # fmt: skip
    rows = {name: ([cell and cell.count for cell in cells], total.count) for name, cells, total in table.rows}
    assert list(rows) == ["水産・農林業", "輸送用機器", "サービス業"]
    assert rows["水産・農林業"] == ([1, None, None], 1)
    assert rows["輸送用機器"][1] == 2
    assert table.total.count == 4


@pytest.mark.usefixtures("restructured")
def test_each_number_leads_to_as_many_events(admin_client: Client) -> None:
    for query in (
        f"type=market_changed&{APRIL}",
        "event_date_from=2022-01-01",
        f"market_from=0101&by=sector17&{APRIL}",
    ):
        for table in tables(admin_client, query):
            cells = [cell for _words, cell in table.moves] + [total for _name, _cells, total in table.rows]
            cells += [cell for _name, cells_of_row, _total in table.rows for cell in cells_of_row if cell]
            for cell in [*cells, table.total]:
                assert shown(admin_client, cell.query) == cell.count, cell


@pytest.mark.usefixtures("restructured")
def test_several_kinds_are_told_each_with_a_way_to_its_sectors(admin_client: Client) -> None:
    found = tables(admin_client, "event_date_from=2022-01-01")

    assert [(table.kind, table.total.count, table.rows) for table in found] == [
        ("listed", 1, []), ("delisted", 2, []), ("market_changed", 4, []), ("sector_changed", 1, []), ("scale_changed", 1, []),
    ]  # fmt: skip
    assert [words for words, _cell in found[0].moves] == ["グロース"]
    assert sorted(words for words, _cell in found[1].moves) == ["スタンダード", "東証一部"]
    assert parse_qs(found[2].query)["type"] == ["market_changed"]


@pytest.mark.usefixtures("restructured")
def test_sectors_are_grouped_by_the_seventeen(admin_client: Client) -> None:
    [table] = tables(admin_client, f"type=market_changed&by=sector17&{APRIL}")

    assert [(name, total.count) for name, _cells, total in table.rows] == [
        ("食品", 1), ("自動車・輸送機", 2), ("情報通信・サービスその他", 1),
    ]  # fmt: skip
    [without] = tables(admin_client, f"type=market_changed&by=none&{APRIL}")
    assert without.rows == []


@pytest.mark.usefixtures("restructured")
def test_what_is_rare_is_added_up(admin_client: Client) -> None:
    """Of fifteen moves eleven have a column of their own."""
    sectors = [
        "1050",
        "2050",
        "3050",
        "3100",
        "3150",
        "3200",
        "3250",
        "3300",
        "3350",
        "3400",
        "3450",
        "3500",
        "3550",
        "3600",
        "3650",
    ]
    codes = [str(2001 + place) for place in range(15)]
    for day, of_all in ((date(2023, 1, 31), ["9999"] * 15), (date(2023, 2, 28), sectors)):
        issues = [
            make_issue(code, sector33_code=sector, sector17_code="99")
            for code, sector in zip(codes, of_all, strict=True)
        ]
        apply_snapshot(day, issues, "jpx", force=True)
    [table] = tables(admin_client, "type=sector_changed&event_date_from=2023-02-01")

    assert (len(table.moves), table.others, table.total.count) == (11, 4, 15)


@pytest.mark.usefixtures("restructured")
def test_the_summary_names_what_it_cannot_read(admin_client: Client) -> None:
    files = []
    for query, words in [
        ("by=weather", "条件「内訳: by」に「weather」という値はありません。"),
        ("nonsense=1", "「nonsense」という条件は、この画面にはありません。"),
        ("event_date_from=2022/13/1", "は日付として読めません。"),
        ("certainty=certain", "確かさで絞り込むには、期間の始まりか終わりも指定してください。"),
    ]:
        page = admin_client.get(f"{LIST}summary/?{query}")

        assert words in page.content.decode(), (query, words)
        assert page.context["tables"] == [], (query, words)
        saved = admin_client.get(f"{LIST}summary/export/?format=csv&{query}")
        assert saved.status_code == (200 if query.startswith("by=") else 302), (query, words)
        files.append(saved)
    for file in files:
        file.close()  # one is being read from the database by then, and closes the connection


@pytest.mark.usefixtures("restructured")
def test_the_file_of_the_summary_has_a_row_for_each_move_and_sector(admin_client: Client) -> None:
    answer: Any = admin_client.get(f"{LIST}summary/export/?format=csv&type=market_changed&by=none&{APRIL}")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="events_summary_2022-11-30.csv"'
    assert [tuple(row.values()) for row in rows] == [
        ("市場区分変更", "東証一部", "プライム", "3700", "輸送用機器", "1"),
        ("市場区分変更", "東証一部", "スタンダード", "0050", "水産・農林業", "1"),
        ("市場区分変更", "東証一部", "スタンダード", "3700", "輸送用機器", "1"),
        ("市場区分変更", "マザーズ", "グロース", "9050", "サービス業", "1"),
    ]
    assert list(rows[0]) == ["種別", "変更前", "変更後", "当時の33業種コード", "当時の33業種", "件数"]


@pytest.mark.usefixtures("restructured")
def test_a_summary_is_counted_once_for_a_state_of_the_data(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = tables(admin_client, f"type=delisted&{APRIL}")
    apply_snapshot(date(2022, 4, 15), [make_issue("7203")], "jpx", force=True)
    second = tables(admin_client, f"type=delisted&{APRIL}")

    assert (first[0].total.count, second[0].total.count) == (1, 4)


@pytest.mark.usefixtures("told_days")
def test_years_count_what_is_certain_and_what_may_be(admin_client: Client) -> None:
    apply_snapshot(
        date(2023, 4, 28), [make_issue("7203"), make_issue("7201", market_code="0112"), make_issue("132A", market_code="0113")], "jpx", force=True
    )  # fmt: skip
    years = {kind: {one.year: one for one in of_kind} for kind, of_kind in count_by_year().items()}

    def count(kind: str, year: int, market: str) -> tuple[int, int]:
        one = years[kind][year].by_market[market]
        return one.certain, one.uncertain

    assert list(years["listed"]) == [2023, 2022]
    # 130A in July 2022, 132A between the lists of November 2022 and April 2023.
    assert (count("listed", 2022, "0113"), count("listed", 2023, "0113")) == ((1, 1), (0, 1))
    assert (count("delisted", 2022, "0101"), count("delisted", 2022, "0112")) == ((1, 0), (1, 0))
    # 4751 and 130A left likewise.
    assert (count("delisted", 2022, "0113"), count("delisted", 2023, "0113")) == ((0, 2), (0, 2))


@pytest.mark.usefixtures("told_days")
def test_each_bar_leads_to_as_many_events(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    apply_snapshot(date(2023, 4, 28), [make_issue("7203"), make_issue("132A", market_code="0113")], "jpx", force=True)
    page: Any = admin_client.get(f"{LIST}years/")
    with django_assert_max_num_queries(6):  # session, user, lists, masters, generation
        admin_client.get(f"{LIST}years/")
    charts = page.context["charts"]

    assert [chart.kind for chart in charts] == ["listed", "delisted"]
    bars = [bar for chart in charts for _year, bars in chart.years for bar in bars]
    for bar in bars:
        assert shown(admin_client, bar.certain_query) == bar.certain, bar
        assert shown(admin_client, bar.uncertain_query) == bar.uncertain, bar
    assert max(bar.both_width for bar in bars) == 100


@pytest.mark.usefixtures("restructured")
def test_the_file_of_years_has_a_row_for_each_market(admin_client: Client) -> None:
    answer: Any = admin_client.get(f"{LIST}years/export/?format=csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert rows == [
        ["種別", "年", "市場区分コード", "市場区分", "確かな件数", "その年かもしれない件数"],
        ["新規上場", "2022", "0113", "グロース", "1", "0"],
        ["上場廃止", "2022", "0101", "東証一部", "1", "0"],
        ["上場廃止", "2022", "0112", "スタンダード", "1", "0"],
    ]


@pytest.mark.usefixtures("restructured")
def test_usual_questions_are_those_that_the_lists_can_answer(admin_client: Client) -> None:
    page: Any = admin_client.get(LIST)
    questions = dict(page.context["questions"])

    assert list(questions) == [
        "年別・市場別の上場と廃止", "2022年4月の市場再編（業種別）", "2022年の上場廃止", "最近 1 年の銘柄名変更",
    ]  # fmt: skip
    for address in questions.values():
        assert admin_client.get(address).status_code == 200
    [table] = tables(admin_client, questions["2022年4月の市場再編（業種別）"].partition("?")[2])
    assert (table.kind, table.total.count) == ("market_changed", 4)


@pytest.mark.usefixtures("two_lists")
def test_of_lists_after_the_restructuring_it_is_not_asked(admin_client: Client) -> None:
    page: Any = admin_client.get(LIST)

    assert "2022年4月の市場再編（業種別）" not in dict(page.context["questions"])


@pytest.mark.django_db
def test_without_lists_the_pages_say_so(admin_client: Client) -> None:
    assert "まだイベントがありません。" in admin_client.get(f"{LIST}years/").content.decode()
    assert "この条件のイベントはありません。" in admin_client.get(f"{LIST}summary/").content.decode()
