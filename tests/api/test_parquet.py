"""Exports as Parquet: three libraries read in it what NDJSON tells, each value with its type; and it proves itself."""

import hashlib
import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from api.keys import create_api_key
from companies.issuers.issuer_lists import apply_issuer_list
from companies.ledger.snapshots import apply_snapshot
from config.version import VERSION
from tests.api.front import ask
from tests.edinet_lists import make_filer
from tests.factories import make_issue
from tests.reading_parquet import READERS, as_lines, notes_of, types_of

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

COMPANIES, HISTORY = "/api/v1/companies/export", "/api/v1/companies/history/export"
EVENTS, ISSUERS = "/api/v1/companies/events/export", "/api/v1/issuers/export"
PATHS = [
    f"{COMPANIES}?", f"{COMPANIES}?active_only=false&ordering=-code", f"{COMPANIES}?as_of=2024-03-01", f"{COMPANIES}?known_at=1",
    f"{HISTORY}?", f"{HISTORY}?code=7203,9984", f"{HISTORY}?revision=1", f"{EVENTS}?", f"{EVENTS}?type=delisted", f"{ISSUERS}?",
]  # fmt: skip
WORD = "dictionary<values=string, indices=int32, ordered=0>"
DAY, INSTANT = "date32[day]", "timestamp[us, tz=UTC]"


@pytest.fixture
def key(two_lists: None) -> str:
    """Of a caller, where there are two lists and the issuers of some of them."""
    toyota = make_filer("7203", "E02144", name="トヨタ自動車株式会社", name_kana="トヨタジドウシャ")
    apply_issuer_list(date(2024, 3, 29), [toyota, make_filer("9984", "E02778", capital=None, address=None)])
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def read(path: str, file_format: str, key: str) -> bytes:
    answer = ask(f"{path}&format={file_format}", key=key)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.parametrize("path", PATHS)
def test_every_reader_finds_what_ndjson_tells(key: str, path: str) -> None:
    told = [json.loads(line) for line in read(path, "ndjson", key).splitlines()]
    content = read(path, "parquet", key)

    assert told
    for name, reader in READERS.items():
        assert reader(content) == told, name


def test_a_file_of_two_companies_has_no_other(key: str) -> None:
    rows = READERS["polars"](read(f"{HISTORY}?code=9984,1301", "parquet", key))

    assert [row["code"] for row in rows] == ["1301", "1301", "9984"]
    assert {row["company_name"] for row in rows} == {"極洋", "極洋ホールディングス", "ソフトバンクグループ"}


def test_each_column_has_its_type_and_a_code_with_zeros_in_front_is_a_text(key: str) -> None:
    found = types_of(read(f"{COMPANIES}?", "parquet", key))

    assert found == {
        "code": "string", "jquants_code": "string", "company_name": "string", "company_name_english": "string",
        "market_code": WORD, "market_name": WORD, "sector17_code": WORD, "sector17_name": WORD, "sector33_code": WORD,
        "sector33_name": WORD, "scale_category": WORD, "margin_code": WORD, "margin_name": WORD, "product_category": WORD,
        "company_name_kana": "string", "edinet_code": "string", "corporate_number": "string", "fiscal_year_end": "string",
        "listed_on": DAY, "delisted_on": DAY, "delisting_reason": "string", "isin": "string", "figi": "string", "lei": "string",
        "reference_date": DAY, "is_active": "bool", "first_seen_on": DAY, "last_seen_on": DAY, "updated_at": INSTANT,
    }  # fmt: skip
    (kyokuyo, *_) = READERS["polars"](read(f"{COMPANIES}?", "parquet", key))
    assert (kyokuyo["code"], kyokuyo["sector33_code"]) == ("1301", "0050")


def test_history_events_and_issuers_have_types_too(key: str) -> None:
    history = types_of(read(f"{HISTORY}?", "parquet", key))
    assert [history[name] for name in ("valid_from", "valid_until", "market_code", "recorded_in", "recorded_at")] == [
        DAY, DAY, WORD, "int64", INSTANT,
    ]  # fmt: skip
    events = types_of(read(f"{EVENTS}?", "parquet", key))
    assert (events["date"], events["official_on"], events["type"], events["old_value"]) == (DAY, DAY, WORD, "string")
    assert events["succeeded_by"] == "list<element: string>"
    assert events["changes"].startswith("struct<margin_code: list<element: string>, market_code: list<element: string>")
    issuers = types_of(read(f"{ISSUERS}?", "parquet", key))
    assert (issuers["capital"], issuers["industry"], issuers["last_seen_on"]) == ("int64", WORD, DAY)


@pytest.mark.parametrize("path", [f"{COMPANIES}?q=%E3%81%82%E3%82%8A%E3%81%BE%E3%81%9B%E3%82%93", f"{HISTORY}?revision=0", f"{EVENTS}?revision=0", f"{ISSUERS}?q=%E3%81%82%E3%82%8A%E3%81%BE%E3%81%9B%E3%82%93"])  # fmt: skip
def test_a_file_without_rows_has_the_same_types(key: str, path: str) -> None:
    content = read(path, "parquet", key)

    assert types_of(content) == types_of(read(f"{path.partition('?')[0]}?", "parquet", key))
    assert [reader(content) for reader in READERS.values()] == [[], [], []]
    assert (notes_of(content)["row_count"], notes_of(content)["content_sha256"]) == (
        "0",
        hashlib.sha256(b"").hexdigest(),
    )


@pytest.mark.parametrize("path", PATHS)
def test_the_hash_at_its_end_is_that_of_the_same_rows_as_ndjson_and_anybody_can_make_it_of_the_file(
    key: str, path: str
) -> None:
    content = read(path, "parquet", key)
    rows, notes = READERS["pyarrow"](content), notes_of(content)

    assert notes["content_sha256"] == hashlib.sha256(as_lines(rows)).hexdigest()
    assert notes["content_sha256"] == hashlib.sha256(read(path, "ndjson", key)).hexdigest()
    assert notes["row_count"] == str(len(rows))


def test_the_file_says_what_it_is(key: str) -> None:
    answer = ask(f"{COMPANIES}?format=parquet&market_code=0111&market_code=0112&as_of=2024-03-01&known_at=1", key=key)
    notes = notes_of(answer.body)

    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["content-disposition"] == 'attachment; filename="companies_20240301.parquet"'
    assert json.loads(notes["filters"]) == {"market_code": "0111,0112"}
    assert (notes["revision"], notes["known_at"], notes["as_of"]) == ("1", "1", "2024-03-01")
    assert (notes["version"], notes["state"]) == (VERSION, answer.headers["x-data-state"])
    assert notes["made_at"].endswith("+09:00")
    assert "known_at" not in notes_of(read(f"{HISTORY}?", "parquet", key))


def test_what_was_known_once_stays_the_same_file_of_rows(key: str) -> None:
    paths = [
        f"{COMPANIES}?as_of=2024-03-01&known_at=2",
        f"{COMPANIES}?known_at=2",
        f"{HISTORY}?known_at=2",
        f"{EVENTS}?known_at=2",
    ]
    before = [READERS["polars"](read(path, "parquet", key)) for path in paths]

    apply_snapshot(date(2024, 3, 29), [make_issue("7203", company_name="髙島屋"), make_issue("7201")], "jquants", force=True)  # fmt: skip

    assert [READERS["polars"](read(path, "parquet", key)) for path in paths] == before
    assert READERS["polars"](read(f"{COMPANIES}?", "parquet", key)) != before[1]


def test_it_is_not_compressed_a_second_time(key: str) -> None:
    answer = ask(f"{HISTORY}?format=parquet", key=key, accept_encoding="gzip, zstd")

    assert "content-encoding" not in answer.headers
    assert (answer.body[:4], answer.body[-4:]) == (b"PAR1", b"PAR1")


def test_more_rows_than_a_group_are_in_several_each_with_its_own_words(key: str) -> None:
    codes = [f"{number:04d}" for number in range(1000, 5500)]
    many = [make_issue(code, market_code=("0111", "0112", "0113")[int(code) % 3]) for code in codes]
    apply_snapshot(date(2024, 4, 30), many, "jpx", force=True)
    apply_snapshot(date(2024, 5, 31), [make_issue(code, company_name=f"新会社{code}") for code in codes], "jpx", force=True)  # fmt: skip
    told = [json.loads(line) for line in read(f"{HISTORY}?", "ndjson", key).splitlines()]
    content = read(f"{HISTORY}?", "parquet", key)

    assert len(told) > 8_500
    for name, reader in READERS.items():
        assert reader(content) == told, name


def test_an_official_day_and_a_succession_are_told_with_their_types(key: str) -> None:
    told = [json.loads(line) for line in read(f"{EVENTS}?type=delisted", "ndjson", key).splitlines()]
    content = read(f"{EVENTS}?type=delisted", "parquet", key)

    assert (told[0]["succeeded_by"], told[0]["preceded_by"]) == ([], None)
    assert [READERS[name](content)[0]["succeeded_by"] for name in READERS] == [[], [], []]


def test_what_writes_it_is_loaded_with_the_first_such_file() -> None:
    program = "import django, sys; django.setup(); import config.urls, companies.export, companies.admin; print('pyarrow' in sys.modules)"  # fmt: skip

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout == "False\n"  # fmt: skip


def test_no_such_kind_of_file_is_told_with_those_that_there_are(key: str) -> None:
    for path in (COMPANIES, HISTORY, EVENTS, ISSUERS):
        refused: Any = ask(f"{path}?format=feather", key=key)
        assert refused.status == 400
        (reason,) = refused.json()["error"]["details"]["format"]
        assert "csv, xlsx, ndjson, parquet, manifest" in reason
