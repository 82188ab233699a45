"""What a request says wrongly is told by name, in both languages; lists may be given by their name again."""

import gzip
import json

import pytest

from api.keys import create_api_key
from datasources.models import DataSource
from tests.api.front import ask

BASE = "/api/v1/companies"
pytestmark = pytest.mark.usefixtures("two_lists")


@pytest.fixture
def key(two_lists: None) -> str:
    return create_api_key(name="operator", scopes=["read", "sync"], rate_limit_per_hour=100_000)[1]


@pytest.mark.parametrize(
    ("body", "field", "ja", "en"),
    [
        (b'{"date": null, "date": "2024-03-29"}', "date", "同じ名前が 2 回あります。1 回だけ指定してください。", "The name comes twice. Give it only once."),
        (b'{"source": "x", "force_update": true, "source": "x"}', "source", "同じ名前が 2 回あります。1 回だけ指定してください。", "The name comes twice. Give it only once."),
        (b'{"date": {"a": 1, "a": 1}}', "a", "同じ名前が 2 回あります。1 回だけ指定してください。", "The name comes twice. Give it only once."),
        (b'{"date": NaN}', "body", "NaN は JSON にない値です。", "NaN is not a value that JSON has."),
        (b'{"date": -Infinity}', "body", "-Infinity は JSON にない値です。", "-Infinity is not a value that JSON has."),
        (b'{"date": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", "body", "入れ子が深すぎます。", "It is nested too deep."),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "body", "入れ子が深すぎます。", "It is nested too deep."),
        (b'{"date": ' + b"9" * 5_000 + b"}", "body", "数値が大きすぎます。", "A number is too large."),
        (b'{"source": "\\ud800"}', "body", "UTF-8 の文字ではないものがあります。", "It has what is no letter in UTF-8."),
        (b'{"\\udfff": 1}', "body", "UTF-8 の文字ではないものがあります。", "It has what is no letter in UTF-8."),
        (b"\xff\xfe", "body", "UTF-8 の文字ではないものがあります。", "It has what is no letter in UTF-8."),
        (b'{"date"', "body", "JSON として読めません（1 行 8 文字目）。", "It is not JSON (line 1, column 8)."),
        (b"[]", "body", "JSON オブジェクトを送ってください。", "Send a JSON object."),
        (b'{"source": 7}', "source", "検索語を指定してください（制御文字は使えません）。", "Give a text without control characters."),
        (b'{"source": "a\\u0000"}', "source", "検索語を指定してください（制御文字は使えません）。", "Give a text without control characters."),
    ],
)  # fmt: skip
def test_a_wrong_body_is_refused_by_name(key: str, body: bytes, field: str, ja: str, en: str) -> None:
    for language, words in (("ja", ja), ("en", en)):
        answer = ask(f"{BASE}/sync", key=key, method="POST", body=body, accept_language=language)
        assert (answer.status, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
        assert answer.json()["error"]["details"] == {field: [words]}
        assert answer.headers["content-language"] == language


def test_english_errors_say_what_the_japanese_ones_say(key: str, source: DataSource) -> None:
    def told(language: str) -> str:
        body = json.dumps({"source": source.name}).encode()
        answer = ask(f"{BASE}/sync", key=key, method="POST", body=body, accept_language=language)
        assert (answer.status, answer.json()["error"]["code"]) == (409, "DATA_SOURCE_NOT_USABLE")
        return str(answer.json()["error"]["message"])

    DataSource.objects.update(is_enabled=False)

    assert told("ja") == "データソース「J-Quants v2」は無効です。管理画面で有効にしてください。"
    assert told("en") == "The data source “J-Quants v2” is switched off. Switch it on in the admin."


@pytest.mark.parametrize("path", [BASE, f"{BASE}/7203", f"{BASE}/search", f"{BASE}/markets", f"{BASE}/events", f"{BASE}/export", f"{BASE}/sync/runs", "/api/v1/datasources", f"{BASE}/7203/quote"])  # fmt: skip
def test_more_parameters_than_any_request_has_are_refused(key: str, path: str) -> None:
    for number in (1_001, 1_101, 5_000):
        for name in ("p{}", "market_code", "limit", "state"):
            query = "&".join(f"{name.format(position)}=1" for position in range(number))
            answer = ask(f"{path}?{query}", key=key)
            assert (answer.status, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
            assert answer.json()["error"]["details"]


@pytest.mark.parametrize(
    ("commas", "repeated"),
    [
        ("companies?market_code=0112,0113", "companies?market_code=0112&market_code=0113"),
        ("companies?active_only=false&code=7203,9984,1301", "companies?code=7203&active_only=false&code=9984,1301"),
        ("companies?ordering=market_code,-code", "companies?ordering=market_code&ordering=-code"),
        ("companies?ordering=-code,market_code", "companies?ordering=-code&ordering=market_code"),
        ("companies?as_of=2024-02-29&code=7203,9984", "companies?as_of=2024-02-29&code=7203&code=9984"),
        ("companies/events?type=listed,delisted", "companies/events?type=listed&type=delisted"),
        ("companies/events?code=7203,1301&market_code=0111,0112", "companies/events?code=7203&market_code=0111&code=1301&market_code=0112"),
        ("companies/export?format=ndjson&scale_category=TOPIX Mid400,-", "companies/export?format=ndjson&scale_category=TOPIX Mid400&scale_category=-"),
        ("companies/sync/runs?status=queued,failed", "companies/sync/runs?status=queued&status=failed"),
    ],
)  # fmt: skip
def test_a_list_by_its_name_again_is_the_list_with_commas(key: str, commas: str, repeated: str) -> None:
    one, other = (ask(f"/api/v1/{path}".replace(" ", "%20"), key=key) for path in (commas, repeated))

    assert (one.status, other.status) == (200, 200)
    assert one.body == other.body


def test_the_order_of_a_list_s_values_counts_also_where_they_are_in_the_cache(key: str) -> None:
    def codes(query: str) -> list[str]:
        return [company["code"] for company in ask(f"{BASE}?{query}", key=key).json()["companies"]]

    assert codes("ordering=market_code&ordering=code") == ["1301", "7201", "7203", "130A"]
    assert codes("ordering=code&ordering=market_code") == ["1301", "130A", "7201", "7203"]
    assert codes("%6Frdering=market_code&ordering=code") == ["1301", "7201", "7203", "130A"]
    assert codes("ordering=code&%6Frdering=market_code") == ["1301", "130A", "7201", "7203"]


@pytest.mark.parametrize("query", ["limit=1&limit=1", "as_of=2024-02-29&as_of=2024-02-29", "q=a&q=b", "active_only=true&active_only=true"])  # fmt: skip
def test_a_single_value_given_twice_stays_an_error(key: str, query: str) -> None:
    answer = ask(f"{BASE}?{query}", key=key)

    assert (answer.status, list(answer.json()["error"]["details"])) == (400, [query.partition("=")[0]])


@pytest.mark.parametrize("path", [f"{BASE}/export?format=csv", f"{BASE}/export?format=ndjson", f"{BASE}?include=quote", f"{BASE}/sync/runs"])  # fmt: skip
def test_what_is_made_anew_is_compressed_too(key: str, path: str) -> None:
    plain, packed = ask(path, key=key), ask(path, key=key, accept_encoding="gzip")
    if len(plain.body) < 1400 and "export" not in path:
        assert "content-encoding" not in packed.headers
        return
    assert (plain.status, packed.headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body)


def test_a_workbook_is_not_compressed_again(key: str) -> None:
    answer = ask(f"{BASE}/export?format=xlsx", key=key, accept_encoding="gzip")

    assert (answer.body[:2], "content-encoding" in answer.headers) == (b"PK", False)


def test_a_304_counts_and_so_does_an_error_but_a_refusal_does_not(key: str) -> None:
    counted = create_api_key(name="counted", scopes=["read"], rate_limit_per_hour=4)[1]
    etag = ask(BASE, key=counted).headers["etag"]
    assert ask(BASE, key=counted, if_none_match=etag).status == 304
    assert ask(f"{BASE}/9999", key=counted).status == 404
    last = ask(f"{BASE}?limit=0", key=counted)

    assert (last.status, last.headers["x-ratelimit-remaining"]) == (400, "0")
    assert [ask(BASE, key=counted, if_none_match=etag).status for _ in range(2)] == [429, 429]
