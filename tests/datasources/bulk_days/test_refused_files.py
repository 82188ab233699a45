"""Whatever can be wrong with a bulk file, its address and its host: the days are asked of the API, and nothing of ours goes elsewhere."""

from typing import Any

import pytest
from pytest_django import Settings

from datasources.errors import SourceError
from datasources.jquants.client import open_client
from datasources.list_notes import ListNote
from datasources.models import DataSource
from tests.datasources.bulk_days.fetching import APRIL, DAYS, MARCH, SUMS, asked, assert_the_lists_are_right, fetch
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db


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
