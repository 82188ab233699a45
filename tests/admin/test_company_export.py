"""The list as a file, and two days compared, in the admin."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.models import Company, ListingSnapshot

pytestmark = pytest.mark.usefixtures("two_lists")

LIST = "/admin/companies/company/"


def exported(client: Client, query: str) -> list[dict[str, str]]:
    content = client.get(f"{LIST}export/?format=csv{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_file_has_exactly_the_rows_of_the_list(admin_client: Client) -> None:
    for query in [
        "",
        "&listed=all",
        "&market=0111",
        "&as_of=2024-02-29",
        "&as_of=2024-02-29&market=0111",
        "&q=日産",
        "&listed=no",
        "&o=-1",
    ]:
        shown = admin_client.get(f"{LIST}?{query.removeprefix('&')}").context["cl"].result_list

        assert [row["コード"] for row in exported(admin_client, query)] == [company.code for company in shown], query


def test_the_file_has_the_values_of_the_chosen_day_in_words(admin_client: Client) -> None:
    (then,) = exported(admin_client, "&as_of=2024-02-29&q=7203&all_columns=1")
    (now,) = exported(admin_client, "&q=7203&all_columns=1")

    assert (then["市場区分コード"], then["市場区分"]) == ("0111", "プライム")
    assert (now["市場区分コード"], now["市場区分"], now["上場"]) == ("0112", "スタンダード", "上場中")
    # A code is told by its name; a size class is one, also the one of issues that are in none.
    assert {row["規模区分"] for row in exported(admin_client, "")} == {"TOPIX Core30", "TOPIX Mid400", "-"}
    assert (then["最後に載った一覧"], now["最後に載った一覧"]) == ("2024-02-29", "2024-03-29")


def test_a_company_that_has_gone_since_is_listed_in_the_file_of_a_past_day(admin_client: Client) -> None:
    (then,) = exported(admin_client, "&as_of=2024-02-29&q=9984")
    (now,) = exported(admin_client, "&listed=all&q=9984")

    assert (then["上場"], now["上場"]) == ("上場中", "廃止")
    assert {then["初めて載った一覧"], then["最後に載った一覧"]} == {"2024-02-29"}


def test_the_file_has_the_columns_of_the_page_or_all(admin_client: Client) -> None:
    assert list(exported(admin_client, "&columns=market_name-listed")[0]) == ["コード", "銘柄名", "市場区分", "上場"]
    assert list(exported(admin_client, "&all_columns=1")[0]) == [
        "コード", "J-Quants コード", "銘柄名", "英語名", "市場区分コード", "市場区分", "33業種コード", "33業種", "17業種コード", "17業種",
        "規模区分", "信用区分", "商品区分", "ヨミ", "EDINET コード", "法人番号", "決算日", "上場", "初めて載った一覧", "最後に載った一覧",
    ]  # fmt: skip


def workbook_of(client: Client, path: str) -> tuple[Any, str]:
    answer: Any = client.get(path)
    name = answer.headers["Content-Disposition"].partition('filename="')[2].rstrip('"')
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue())), name


def conditions_in(workbook: Any) -> dict[str, Any]:
    return {row[0].value: row[1].value for row in workbook["条件"].iter_rows(min_row=2)}


def test_the_workbook_is_kept_as_a_person_would(admin_client: Client) -> None:
    book, name = workbook_of(
        admin_client, f"{LIST}export/?format=xlsx&as_of=2024-03-10&market=0111&q=日産"
    )  # fmt: skip
    sheet, told = book.worksheets[0], conditions_in(book)
    headings = [cell.value for cell in sheet[1]]

    assert name == "companies_2024-03-10_list_2024-02-29.xlsx"
    assert (book.sheetnames, sheet.auto_filter.ref, sheet.freeze_panes) == (["銘柄一覧", "条件"], "A1:J2", "A2")
    first_day = sheet.cell(2, headings.index("初めて載った一覧") + 1)
    assert (first_day.value.date(), first_day.number_format) == (date(2024, 2, 29), "yyyy-mm-dd")
    assert (sheet["A2"].value, sheet.cell(2, headings.index("上場") + 1).value) == ("7201", "上場中")
    assert 11 <= sheet.column_dimensions["B"].width < 12  # five letters of double width, and one
    assert (told["時点"], told["市場区分"], told["検索"], told["件数"], told["改訂"]) == (
        "2024-03-10",
        "プライム",
        "日産",
        1,
        2,
    )
    assert told["一覧"].startswith("2024-02-29 JPX")
    assert told["画面"] == f"http://testserver{LIST}?as_of=2024-03-10&market=0111&q=%E6%97%A5%E7%94%A3"


def test_the_file_of_now_bears_the_day_of_the_newest_list_and_says_who_is_in_it(admin_client: Client) -> None:
    book, name = workbook_of(admin_client, f"{LIST}export/?format=xlsx")
    everybody, _name = workbook_of(admin_client, f"{LIST}export/?format=xlsx&listed=all")

    assert name == "companies_2024-03-29.xlsx"
    assert conditions_in(book)["現在の上場状態"] == "現在も上場中"
    assert conditions_in(everybody)["現在の上場状態"] == "すべて"


def test_the_list_leads_to_its_file(admin_client: Client) -> None:
    page = admin_client.get(f"{LIST}?market=0111&as_of=2024-02-29").content.decode()

    assert "export/?format=xlsx&amp;market=0111&amp;as_of=2024-02-29" in page


def test_an_unknown_kind_of_file_leads_back_with_a_message(admin_client: Client) -> None:
    answer = admin_client.get(f"{LIST}export/?format=pdf", follow=True)

    assert "ファイルの形式は csv、xlsx、ndjson、parquet のいずれかです。" in answer.content.decode()


def test_two_days_are_compared_in_names(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(17):
        page = admin_client.get(f"{LIST}compare/?first=2024-02-29&second=2024-03-29").content.decode()

    assert "違い 4 銘柄" in page
    assert "市場区分: プライム → スタンダード" in page
    assert "銘柄名: 極洋 → 極洋ホールディングス" in page
    assert "ソフトバンクグループ" in page


def test_without_days_the_two_newest_lists_are_compared(admin_client: Client) -> None:
    assert "2024-02-29 の一覧と 2024-03-29 の一覧" in admin_client.get(f"{LIST}compare/").content.decode()


def test_a_comparison_is_narrowed_to_what_came_or_went(admin_client: Client) -> None:
    page = admin_client.get(f"{LIST}compare/?first=2024-02-29&second=2024-03-29&kind=delisted")

    assert [row[0].code for row in page.context["rows"]] == ["9984"]


def test_days_that_cannot_be_compared_are_named(admin_client: Client) -> None:
    for query, message in [
        ("first=2024-03-29&second=2024-02-29", "比較元は、比較先以前の日にしてください。"),
        ("first=2020-01-01&second=2024-02-29", "2024-02-29"),
        ("first=x&second=2024-02-29", "日付"),
    ]:
        page = admin_client.get(f"{LIST}compare/?{query}")

        assert page.status_code == 200, (query, message)
        assert message in page.content.decode(), (query, message)
        assert "rows" not in page.context, (query, message)


def test_the_comparison_without_any_list_is_an_empty_form(db: None, admin_client: Client) -> None:

    ListingSnapshot.objects.all().delete()

    assert admin_client.get(f"{LIST}compare/").status_code == 200


def test_the_page_of_a_listed_company_leads_to_what_others_say_of_it(admin_client: Client) -> None:

    def page(code: str) -> str:
        return admin_client.get(f"{LIST}{Company.objects.get(code=code).pk}/change/").content.decode()

    assert "https://finance.yahoo.co.jp/quote/130A.T" in page("130A")
    assert "quote.jpx.co.jp" in page("7203")
    assert "finance.yahoo.co.jp" not in page("9984")
