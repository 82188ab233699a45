"""J-Quants' bulk files, by the client against a real server and a real second host: what is taken from them, and whatever can be
wrong with them. However it goes, the lists are those of the API.
"""

from datetime import date
from typing import Any

import pytest

from datasources.errors import SourceError
from datasources.jquants.client import open_client
from datasources.list_notes import ListNote
from datasources.models import DataSource
from tests.datasources.bulk_days.fetching import (
    APRIL,
    COMPARED,
    DAYS,
    MARCH,
    SUMS,
    asked,
    assert_the_lists_are_right,
    fetch,
)
from tests.factories import make_source
from tests.fakes.jquants import API_KEY, FakeJquants, business_days

pytestmark = pytest.mark.django_db


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
