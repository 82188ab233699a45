"""`fields=`: what is answered is the whole with some of its fields left out, in the same order, whoever answers and in every form."""

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.keys import create_api_key
from companies.api.rows import COMPANY_FIELDS, EVENT_FIELDS
from tests.api.front import ask, forget_moments, kept_answers
from tests.api.sending import code_of
from tests.api.test_front_and_viewset import answer_of, viewsets_alone
from tests.api.test_same_answers import told
from tests.examples import trying

pytestmark = pytest.mark.django_db
BASE = "/api/v1/companies"
ROWS = {
    f"{BASE}?limit=7": "companies", f"{BASE}?as_of=2024-02-29&limit=7": "companies", f"{BASE}/search?q=13": "companies",
    f"{BASE}/1301": None, f"{BASE}/1301?as_of=2024-02-29": None, f"{BASE}?active_only=false&revision=1": "companies",
}  # fmt: skip
some_fields = st.lists(st.sampled_from(COMPANY_FIELDS), min_size=1, max_size=6)


@pytest.fixture
def key(two_lists: None) -> str:
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=10_000_000)[1]


def with_fields(path: str, fields: list[str]) -> str:
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'fields': ','.join(fields)})}"


def rows_of(body: Any, name: str | None) -> list[dict[str, Any]]:
    return [body] if name is None else body[name]


def test_it_is_the_projection_of_the_whole_ahead_of_django_and_in_it(key: str) -> None:
    whole = {path: ask(path, key=key).json() for path in ROWS}

    @trying(30)
    @given(path=st.sampled_from(list(ROWS)), fields=some_fields)
    def is_the_projection(path: str, fields: list[str]) -> None:
        forget_moments()
        wanted = [name for name in COMPANY_FIELDS if name in {"code", *fields}]
        answer, maker = answer_of(with_fields(path, fields), key, "ja")
        projected = [{name: row[name] for name in wanted} for row in rows_of(whole[path], ROWS[path])]
        assert rows_of(answer.json(), ROWS[path]) == projected
        assert [list(row) for row in rows_of(answer.json(), ROWS[path])] == [wanted] * len(projected)
        assert maker == "front"
        with viewsets_alone():
            reference, maker = answer_of(with_fields(path, fields), key, "ja")
        assert maker == "django"
        assert told(answer) == told(reference)

    is_the_projection()


def test_however_they_are_written_one_answer_is_kept_and_one_address_told(key: str) -> None:
    before = kept_answers()
    spellings = [
        "fields=market_code,company_name", "fields=company_name%2Cmarket_code", "fields=market_code&fields=company_name",
        "fields=company_name,market_code,company_name",
    ]  # fmt: skip
    answers = [ask(f"{BASE}?limit=1&{spelling}", key=key) for spelling in spellings * 2]

    assert {answer.body for answer in answers} == {answers[0].body}
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert {answer.headers["link"] for answer in answers} == {answers[0].headers["link"]}
    assert "fields=company_name%2Cmarket_code" in answers[0].headers["link"]
    assert len(kept_answers() - before) == 1


@pytest.mark.parametrize(
    "path", [BASE, f"{BASE}/1301", f"{BASE}/events", f"{BASE}/1301/history", f"{BASE}/export?format=csv"]
)
def test_a_name_that_there_is_not_is_refused_with_those_that_there_are(path: str, key: str) -> None:
    answer = ask(with_fields(path, ["code", "compny_name"]), key=key)

    assert code_of(answer) == (400, "VALIDATION_ERROR")
    [problem] = answer.json()["error"]["details"]["fields"]
    assert "'compny_name'" in problem
    assert "company_name" in problem
    assert ask(with_fields(path, [""]), key=key).status == 400


def test_events_and_versions_have_their_own(key: str) -> None:
    whole, part = (
        ask(f"{BASE}/events?limit=9{more}", key=key).json()["events"] for more in ("", "&fields=type,date,changes")
    )
    wanted = [name for name in EVENT_FIELDS if name in ("code", "type", "date", "changes")]
    assert whole
    assert part == [{name: event[name] for name in wanted} for event in whole]

    code = whole[0]["code"]
    history, narrow = (ask(f"{BASE}/{code}/history{more}", key=key).json() for more in ("", "?fields=market_code"))
    assert narrow["versions"] == [
        {name: version[name] for name in ("valid_from", "valid_until", "market_code")}
        for version in history["versions"]
    ]
    assert {name: narrow[name] for name in ("code", "company_name", "events")} == {
        name: history[name] for name in ("code", "company_name", "events")
    }


def test_the_columns_of_files_are_those_asked_for(key: str) -> None:
    path = f"{BASE}/export?fields=market_code,company_name"
    lines = [json.loads(line) for line in ask(f"{path}&format=ndjson", key=key).body.splitlines()]
    assert lines
    assert {tuple(line) for line in lines} == {("code", "company_name", "market_code")}

    table = list(csv.reader(io.StringIO(ask(f"{path}&format=csv", key=key).body.decode("utf-8-sig"))))
    assert table[0] == ["code", "company_name", "market_code"]
    assert table[1:] == [list(line.values()) for line in lines]

    for address, columns in (("history", "code,valid_from,valid_until,market_code"), ("events", "code,date,type")):
        file = ask(f"{BASE}/{address}/export?format=csv&fields={columns.split(',', 1)[1]}", key=key).body
        assert set(file.decode("utf-8-sig").splitlines()[0].split(",")) == set(columns.split(","))


def test_with_a_quote_it_is_told_beside_them(key: str) -> None:
    companies = ask(f"{BASE}?include=quote&fields=company_name&limit=2", key=key).json()["companies"]
    assert [list(company) for company in companies] == [["code", "company_name", "quote"]] * 2
