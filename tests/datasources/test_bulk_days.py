"""J-Quants' bulk files, by the client against a real server and a real second host: what is taken from them, and whatever can be
wrong with them. However it goes, the lists are those of the API.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from companies.listed_issue import ListedIssue
from datasources.errors import SourceError
from datasources.jquants.client import open_client
from datasources.list_notes import ListNote, explain_note
from datasources.models import DataSource
from tests.factories import make_issue, make_source
from tests.fakes.jquants import API_KEY, FakeJquants, business_days

pytestmark = pytest.mark.django_db

#: In March and April.
DAYS = business_days(date(2025, 3, 24), 12)
MARCH, APRIL = DAYS[:6], DAYS[6:]
COMPARED = [MARCH[0], MARCH[-1], APRIL[0], APRIL[-1]]
SUMS = "一括ファイル 2 個から 8 日分を取得し、4 日分は 1 日ずつ取得しました（ファイルと照合した日を含みます）。"


@pytest.fixture
def jquants(jquants: FakeJquants) -> Iterator[FakeJquants]:
    """Twelve business days, on each another of 40 companies is renamed, with files for their two months at a second host."""
    jquants.lists.clear()
    names = {str(1301 + step): f'会社 "{step}", 株式会社' for step in range(40)}
    for number, day in enumerate(DAYS):
        names[str(1301 + number)] = f"新会社{number}"
        jquants.publish(day, [make_issue(code, company_name=name, margin_code="2") for code, name in names.items()])
    jquants.bulk.publish_months(jquants.lists)
    with jquants.bulk:
        yield jquants


@pytest.fixture
def source(jquants: FakeJquants) -> DataSource:
    """One that takes bulk files."""
    return make_source(jquants, uses_bulk_files=True)


def fetch(source: DataSource, days: list[date] = DAYS) -> tuple[list[str], dict[date, list[ListedIssue]]]:
    """The notes, and the lists by the days they are of."""
    notes: list[ListNote] = []
    with open_client(source) as client, client.for_days(days, notes.append) as prepared:
        lists = [prepared.fetch_listing(day) for day in days]
    kept = json.loads(json.dumps([note.kept() for note in notes]))
    return [explain_note(note) for note in kept], {one.date_in_force or days[0]: one.issues for one in lists}


def asked(jquants: FakeJquants) -> list[date]:
    return [date.fromisoformat(seen.query["date"]) for seen in jquants.calls("/master")]


def assert_the_lists_are_right(lists: dict[date, list[ListedIssue]], jquants: FakeJquants) -> None:
    assert lists == {day: jquants.lists[day] for day in lists}
    assert len(lists) >= 6


def test_files_give_what_the_api_gives_with_half_of_the_requests(source: DataSource, jquants: FakeJquants) -> None:
    notes, lists = fetch(source)

    assert lists == {day: jquants.lists[day] for day in DAYS}
    assert notes == [SUMS]
    assert [seen.query for seen in jquants.calls("/bulk/list")] == [{"endpoint": "/equities/master"}]
    assert len(jquants.calls("/bulk/get")) == len(jquants.bulk.requests) == 2
    assert asked(jquants) == COMPARED


def test_no_key_and_nothing_else_of_ours_goes_to_the_second_host(source: DataSource, jquants: FakeJquants) -> None:
    fetch(source)

    for seen in jquants.bulk.requests:
        assert "x-api-key" not in {name.lower() for name in seen.headers}
        assert API_KEY not in str(seen)
    assert {seen.headers["Accept-Encoding"] for seen in jquants.bulk.requests} == {"identity"}


@pytest.mark.parametrize(
    "fields", [{"uses_bulk_files": False}, {"plan": "free"}, {"api_version": "v1"}], ids=["off", "free", "v1"]
)
def test_a_source_without_the_wish_the_plan_or_the_version_asks_for_no_files(
    fields: dict[str, Any], jquants: FakeJquants
) -> None:
    source = make_source(jquants, fields.pop("api_version", "v2"), **{"uses_bulk_files": True, **fields})

    notes, lists = fetch(source, DAYS[:4])

    assert (notes, len(lists)) == ([], 4)
    assert not jquants.calls("/bulk/list")


def test_few_days_are_asked_of_the_api_without_a_word(source: DataSource, jquants: FakeJquants) -> None:
    assert fetch(source, DAYS[:3])[0] == []
    assert not jquants.calls("/bulk/list")


def test_files_that_are_not_worth_it_are_not_taken(source: DataSource, jquants: FakeJquants) -> None:
    """Of March there are three days to be had: the address and two days to compare would be as many requests."""
    notes, lists = fetch(source, [*MARCH[3:], *APRIL])

    assert_the_lists_are_right(lists, jquants)
    assert len(jquants.bulk.requests) == 1
    assert asked(jquants) == [*MARCH[3:], APRIL[0], APRIL[-1]]
    assert notes == [SUMS.replace("2 個から 8", "1 個から 4").replace("4 日分は", "5 日分は")]


@pytest.mark.parametrize("fault", ["v1_columns", "spelled_otherwise", "unpacked"])
def test_columns_may_be_called_a_little_otherwise(fault: str, source: DataSource, jquants: FakeJquants) -> None:
    jquants.bulk.fail(fault, times=2)

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert notes == [SUMS]


def test_a_column_that_nobody_knows_is_told_and_does_no_harm(source: DataSource, jquants: FakeJquants) -> None:
    jquants.bulk.fail("extra_column")

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert notes == [
        "一括ファイル equities_master_202503.csv.gz に知らない列があります（IsinCd）。その列は読まずに、ほかの列を使います。",
        SUMS,
    ]


REFUSED = {
    "missing_column": "列が想定と異なります（ない列: Mkt。重なる列: ―。届いた列: Date、Code、CoName",
    "renamed_column": "列が想定と異なります（ない列: Mkt。",
    "column_twice": "重なる列: CoName。",
    "other_columns": "ない列: CoName、CoNameEn、Mkt",
    "days_of_another_month": "名前にある期間の行がありません。",
    "header_alone": "列が想定と異なります",
    "no_date": "の Date「」を日付として読めません。",
    "another_name_first": "2025-03-24 の 1 銘柄が、API の一覧と異なります（例: 1301）。",
    "another_name_last": "2025-03-31 の 1 銘柄が、API の一覧と異なります（例: 1340）。",
    "last_rows_cut": "2025-03-31 の 1 銘柄が、API の一覧と異なります（例: 1340）。",
    "cut_gzip": "gzip として最後まで展開できません",
    "broken_gzip": "gzip として最後まで展開できません",
    "cp932": "文字コードが UTF-8 ではありません。",
    "ragged": "行目の列の数が見出しと異なります。",
    "bomb": "1 行が長すぎます",
    "bomb_of_other_days": "展開すると大きすぎます（上限 134,217,728 バイト）。",
    "bomb_of_rows": "行が多すぎます（上限 200,000 行）。",
    "html_in_gzip": "列が想定と異なります",
    "nothing": "列が想定と異なります",
    "too_large": "ファイルが大きすぎます（上限 33,554,432 バイト）。",
    "html": "CSV ではなく HTML が届きました。",
    "redirect": "配信元が HTTP 302 を返しました",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_file_that_is_not_right_is_told_and_its_days_are_asked_of_the_api(
    fault: str, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.bulk.fail(fault, path="202503")

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert notes[0].startswith(
        "一括ファイル equities_master_202503.csv.gz を使えないため、その 6 日分は 1 日ずつ取得します: "
    )
    assert REFUSED[fault] in notes[0]
    assert notes[1:] == [SUMS.replace("2 個から 8", "1 個から 4").replace("4 日分は", "8 日分は")]
    assert {*MARCH, APRIL[0], APRIL[-1]} == set(asked(jquants))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("expired", "配信元が HTTP 403 を返しました（URL の期限切れかもしれません）。"),
        ("500", "配信元が HTTP 500 を返しました"),
        ("cut", "配信元に接続できないか、途中で切断されました。"),
    ],
)
def test_a_url_is_asked_for_anew_once(fault: str, words: str, source: DataSource, jquants: FakeJquants) -> None:
    jquants.bulk.fail(fault)
    assert fetch(source)[0] == [SUMS]
    assert len(jquants.calls("/bulk/get")) == 3

    jquants.requests.clear()
    jquants.bulk.fail(fault, times=2)
    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert words in notes[0]
    assert len(jquants.calls("/bulk/get")) == 3


def test_a_url_that_ran_out_on_the_way_is_of_no_use(source: DataSource, jquants: FakeJquants) -> None:
    jquants.bulk.valid_seconds = 0

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert ["期限切れ" in note for note in notes] == [True, True]


@pytest.mark.silence
def test_a_host_that_says_nothing_is_left_after_its_time(
    source: DataSource, jquants: FakeJquants, settings: Settings
) -> None:
    jquants.bulk.fail("timeout", times=2, path="202503")

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert notes[0].endswith("時間内にダウンロードできません。")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://1.1.1.1/file.csv.gz?signature", "渡された URL は、https の公開されたアドレスではありません。"),
        ("ftp://127.0.0.1/file.csv.gz", "渡された URL は、https の公開されたアドレスではありません。"),
        ("https://user:secret@127.0.0.1/file", "渡された URL は、https の公開されたアドレスではありません。"),
        ("https://[::1/file", "渡された URL は、https の公開されたアドレスではありません。"),
        (["https://127.0.0.1"], "応答にダウンロード用の URL がありません。"),
        ("", "応答にダウンロード用の URL がありません。"),
    ],
)
def test_a_url_that_leads_elsewhere_is_not_followed(
    url: Any, words: str, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.bulk.url_told = url

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert words in notes[0]
    assert not jquants.bulk.requests


def test_inside_a_network_no_url_leads_where_that_is_forbidden(
    source: DataSource, jquants: FakeJquants, settings: Settings
) -> None:
    with open_client(source) as client:
        settings.ALLOW_PRIVATE_SOURCES = False
        notes: list[ListNote] = []
        with client.for_days(DAYS, notes.append) as prepared, pytest.raises(SourceError):
            prepared.fetch_listing(DAYS[0])

    assert not jquants.bulk.requests


@pytest.mark.parametrize("fault", ["not_in_plan", "plan", "html", "no_rows"])
def test_without_a_list_of_files_every_day_is_asked_of_the_api(
    fault: str, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.fail(fault, times=4, path="/bulk/list")

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert [note.startswith("一括ファイルの一覧を取得できないため、1 日ずつ取得します: ") for note in notes] == [True]
    assert asked(jquants) == DAYS


def test_a_file_that_is_told_to_be_too_large_is_not_asked_for(source: DataSource, jquants: FakeJquants) -> None:
    jquants.bulk.size_told = 33 * 1024 * 1024

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert [note.endswith("ファイルが大きすぎます（上限 33,554,432 バイト）。") for note in notes] == [True, True]
    assert not jquants.calls("/bulk/get")


def test_a_list_that_the_api_gives_for_another_day_is_no_proof(source: DataSource, jquants: FakeJquants) -> None:
    """A file has rows of a day of which the API knows that the exchange was closed."""
    del jquants.lists[MARCH[0]]

    notes, _ = fetch(source)

    assert "2025-03-24 の行がありますが、API はその日の一覧として 2025-03-25 を返します。" in notes[0]


def test_an_empty_list_of_files_is_told(source: DataSource, jquants: FakeJquants) -> None:
    jquants.bulk.files.clear()

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert notes == ["一括ファイル 0 個のなかに、この期間に使えるものがないため、1 日ずつ取得します。"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("short_of_a_day", "に 1 日分の行がないため、1 日ずつ取得します（2025-03-25）。"),
        (
            "thin_in_the_middle",
            "の 1 日分の件数が、API と照合した日から大きく離れているため、1 日ずつ取得します（2025-03-27）。",
        ),
    ],
)
def test_single_days_that_are_missing_or_thin_are_asked_of_the_api(
    fault: str, words: str, source: DataSource, jquants: FakeJquants
) -> None:
    jquants.bulk.fail(fault)

    notes, lists = fetch(source)

    assert_the_lists_are_right(lists, jquants)
    assert notes[0].endswith(words)
    assert notes[1:] == [SUMS.replace("8 日分", "7 日分").replace("4 日分", "5 日分")]


def test_after_three_useless_files_no_further_one_is_tried(source: DataSource, jquants: FakeJquants) -> None:
    days = business_days(date(2025, 3, 3), 100)
    jquants.bulk.files.clear()
    for day in days:
        jquants.publish(day, jquants.lists[DAYS[0]])
    jquants.bulk.publish_months(jquants.lists)
    jquants.bulk.fail("missing_column", times=9)

    notes, lists = fetch(source, days)

    assert_the_lists_are_right(lists, jquants)
    assert len(notes) == 4
    assert notes[-1] == "使えない一括ファイルが 3 個続いたため、残りは 1 日ずつ取得します。"
    assert len(jquants.bulk.requests) == 3


def test_a_day_that_fails_fails_as_without_files(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("500", times=99, path="/master")

    with pytest.raises(SourceError, match="HTTP 500"):
        fetch(source)


def test_whoever_cancels_is_heard_while_a_file_comes_and_while_it_is_read(
    source: DataSource, jquants: FakeJquants
) -> None:
    class Cancelled(Exception):
        pass

    def check() -> None:
        if jquants.bulk.requests:
            raise Cancelled

    with (
        open_client(source, check) as client,
        pytest.raises(Cancelled),
        client.for_days(DAYS, list[ListNote]().append) as prepared,
    ):
        prepared.fetch_listing(DAYS[0])

    assert len(jquants.bulk.requests) == 1
