"""What is answered ahead of Django, from memory, is what the viewset answers, byte for byte; a file has what the list has."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import replace
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from api.front.cached_routes import cached_routes
from api.generations import publish_and_wait
from api.keys import create_api_key
from companies.api import caching
from companies.ledger.snapshots import apply_snapshot
from tests.api.front import Answer, ask, forget_kept_answers, forget_moments
from tests.api.test_same_answers import told
from tests.conftest import FEBRUARY, MARCH
from tests.examples import trying
from tests.factories import make_issue, store_quote

BASE = "/api/v1/companies"
OF_THE_VIEWSETS = [replace(route, from_memory=None) for route in caching.ROUTES]
on_the_database = trying(40)

VALUES = {
    "market_code": ["0111", "0112,0113", "0111,0111", "x!", "", ","],
    "sector17_code": ["1", "6,10", "99"],
    "sector33_code": ["3700", "0050,5250"],
    "scale_category": ["TOPIX Core30", "-", "TOPIX Small 1,-", " a"],
    "margin_code": ["1", "2,3"],
    "product_category": ["011", "014"],
    "code": ["1301", "13010", "1305.T,TYO:1307", "１３０３，1304", "9999", "x"],
    "q": ["会社", "かいしゃ", "130", "1301", "ジドウシャ", "zzz", "", " ", "あ" * 101],
    "active_only": ["true", "false", "1"],
    "updated_since": ["2020-01-01T00:00:00+09:00", "2999-01-01T00:00:00Z", "2024-02-29"],
    "ordering": ["code", "-code", "company_name", "-market_code,company_name", "scale_category,-code", "-updated_at", "code,-code", "x"],
    "as_of": ["2024-02-29", "2024-03-10", "2001-01-01", "20240229"],
}  # fmt: skip
OF_THE_PAGE = {
    "limit": ["1", "2", "3", "1000", "0", "1001", "1_0"],
    "offset": ["0", "1", "39", "500", "-1"],
    "include": ["quote", "x"],
    "state": ["1.1", "a b"],
    "lang": ["ja"],
}
LANGUAGES = st.sampled_from(["ja", "en"])


def pairs_of(values: dict[str, list[str]]) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.sampled_from([(name, value) for name, all_of in values.items() for value in all_of]), max_size=4)


PATHS = st.sampled_from(
    [BASE, BASE, BASE, f"{BASE}/search", f"{BASE}/1301", f"{BASE}/13020", f"{BASE}/1303.T", f"{BASE}/zzzz"]
)


@pytest.fixture
def key(db: None) -> str:
    """Forty companies of all kinds; every seventh left, every fifth was renamed."""
    markets, sectors = ("0111", "0112", "0113"), (("6", "3700"), ("1", "0050"), ("10", "5250"), ("4", "3200"))
    scales = ("TOPIX Core30", "TOPIX Mid400", "TOPIX Small 1", "-")
    names = ("会社{}", "トヨタ自動車{}", "ﾃｽﾄ{}ホールディングス", "Ｖｅｒｉｔａｓ{}")
    issues = [
        make_issue(
            str(1301 + step), company_name=names[step % 4].format(step), market_code=markets[step % 3],
            sector17_code=sectors[step % 4][0], sector33_code=sectors[step % 4][1], scale_category=scales[step % 4],
            margin_code="123"[step % 3], product_category=("011", "014")[step % 2],
        )
        for step in range(40)
    ]  # fmt: skip
    apply_snapshot(FEBRUARY, issues, "jpx")
    later = [
        replace(one, company_name=f"新{one.company_name}") if step % 5 == 0 else one for step, one in enumerate(issues)
    ]
    apply_snapshot(MARCH, [one for step, one in enumerate(later) if step % 7], "jpx", force=True)
    store_quote("1302")
    publish_and_wait()  # as after a commit: what other tests left in the cache is of another state
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=10_000_000)[1]


@contextmanager
def viewsets_alone() -> Iterator[None]:
    """Nothing is built from memory ahead of Django."""
    with override_settings(API_CACHED_ROUTES=[f"{__name__}.OF_THE_VIEWSETS"]):
        cached_routes.cache_clear()
        yield
    cached_routes.cache_clear()


def answer_of(path: str, key: str, language: str) -> tuple[Answer, str]:
    """An answer that is made anew, and who made it."""
    forget_kept_answers()
    with redirect_stderr(StringIO()) as log:
        answer = ask(path, key=key, accept_language=language)
    return answer, re.findall(r"answered_by=(\w+)", log.getvalue())[0]


@pytest.mark.django_db
def test_whatever_is_asked_the_front_answers_as_the_viewset_does(key: str) -> None:
    makers: list[str] = []

    @on_the_database
    @given(path=PATHS, pairs=pairs_of(VALUES | OF_THE_PAGE), language=LANGUAGES)
    @example(
        path=BASE,
        pairs=[("market_code", "0111"), ("limit", "2"), ("active_only", "true"), ("market_code", "0112,0113")],
        language="en",
    )
    @example(path=f"{BASE}/1301", pairs=[], language="en")
    @example(path=f"{BASE}/search", pairs=[("q", "会社"), ("limit", "1")], language="ja")
    @example(path=BASE, pairs=[("limit", "1"), ("limit", "2")], language="en")
    def answers_are_the_same(path: str, pairs: list[tuple[str, str]], language: str) -> None:
        address = f"{path}?{urlencode(pairs)}"
        forget_moments()
        with viewsets_alone():
            reference, maker = answer_of(address, key, language)
        assert maker == "django"
        answer, maker = answer_of(address, key, language)
        makers.append(maker)
        assert told(answer) == told(reference)

    answers_are_the_same()
    assert makers.count("front") >= 3  # as many of the examples as memory can answer


@pytest.mark.django_db
def test_a_file_has_what_the_list_has_in_the_same_order_and_refuses_the_same(key: str) -> None:
    found: list[int] = []

    @on_the_database
    @given(pairs=pairs_of(VALUES), language=LANGUAGES)
    @example(pairs=[("as_of", "2024-03-10")], language="en")
    @example(pairs=[("as_of", "2024-03-10")], language="ja")
    @example(pairs=[("ordering", "-market_code,company_name"), ("active_only", "false")], language="ja")
    @example(pairs=[("as_of", "2024-02-29"), ("code", "1301,1302"), ("ordering", "-code")], language="ja")
    def rows_are_the_same(pairs: list[tuple[str, str]], language: str) -> None:
        listed = ask(f"{BASE}?{urlencode([*pairs, ('limit', '1000')])}", key=key, accept_language=language)
        written = ask(f"{BASE}/export?{urlencode([*pairs, ('format', 'ndjson')])}", key=key, accept_language=language)
        assert written.status == listed.status
        if listed.status == 200:
            rows: list[Any] = [json.loads(line) for line in written.body.splitlines()]
            assert rows == listed.json()["companies"]
            found.append(len(rows))
        else:
            assert written.json() == listed.json()

    rows_are_the_same()
    assert {2, 40} <= set(found)  # as the examples leave
