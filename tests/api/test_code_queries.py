"""`POST /companies/query`: many codes at once, in their order."""

from typing import Any

import pytest

from api.keys import create_api_key
from api.models import IdempotentAnswer
from companies.api.code_queries import MOST_CODES
from tests.api.front import Answer, ask, json_body
from tests.api.sending import code_of

pytestmark = pytest.mark.django_db
BASE = "/api/v1/companies"
PATH = f"{BASE}/query"


@pytest.fixture
def key(two_lists: None) -> str:
    return create_api_key(name="reader", scopes=["read"])[1]


def query(key: str, codes: Any, **more: Any) -> Answer:
    return ask(PATH, key=key, method="POST", body=json_body({"codes": codes, **more}))


def codes_in(answer: Answer) -> list[str]:
    return [company["code"] for company in answer.json()["companies"]]


def test_companies_come_in_the_order_of_their_codes_in_any_notation(key: str) -> None:
    listed = {company["code"]: company for company in ask(f"{BASE}?limit=1000", key=key).json()["companies"]}
    first, second, third = list(listed)[:3]
    answer = query(key, [f"{third}.T", "9999", f"TYO:{first}", f"{second}0", first, "9999"])

    assert answer.status == 200
    told = answer.json()
    assert told["companies"] == [listed[third], listed[first], listed[second]]
    assert (told["total"], told["not_found"], told["duplicates"]) == (3, ["9999"], ["9999", first])
    single = ask(f"{BASE}/{first}", key=key)
    for name in ("x-data-state", "x-ledger-revision"):
        assert answer.headers[name] == single.headers[name]
    assert answer.headers["cache-control"] == "no-store"


def test_of_a_past_day_as_known_then_with_some_fields(key: str) -> None:
    now = ask(f"{BASE}?as_of=2024-02-29&limit=3", key=key).json()["companies"]
    codes = [company["code"] for company in reversed(now)]
    past = query(key, codes, as_of="2024-02-29", fields=["reference_date", "company_name"])

    assert past.json()["companies"] == [
        {name: company[name] for name in ("code", "company_name", "reference_date")} for company in reversed(now)
    ]
    by_revision, by_moment = query(key, codes, revision=1), query(key, codes, known_at=1)
    assert by_revision.headers["x-ledger-revision"] == by_moment.headers["x-ledger-revision"] == "1"
    assert by_revision.body == by_moment.body


def test_as_many_as_may_be_and_one_more(key: str) -> None:
    codes = [f"{number:04}" for number in range(1000, 1000 + MOST_CODES)]
    full = query(key, codes)
    assert (full.status, full.json()["total"] + len(full.json()["not_found"])) == (200, MOST_CODES)
    for wrong in ([*codes, "1301"], [], "1301", None):
        answer = query(key, wrong)
        assert (code_of(answer), list(answer.json()["error"]["details"])) == ((400, "VALIDATION_ERROR"), ["codes"])


def test_what_is_no_code_is_told_with_its_place(key: str) -> None:
    answer = query(key, ["1301", "7203.N", "1302", None, True, ["1301"], "トヨタ"])

    problems = answer.json()["error"]["details"]["codes"]
    assert [problem.split(":")[0] for problem in problems] == ["2 番目", "4 番目", "5 番目", "6 番目", "7 番目"]
    assert "7203.N" in problems[0]
    assert len(query(key, ["x"] * MOST_CODES).json()["error"]["details"]["codes"]) == 100


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"as_of": "20240229"}, "as_of"), ({"known_at": 1, "revision": 1}, "revision"), ({"fields": ["nam"]}, "fields"),
        ({"fields": "code"}, "fields"), ({"cods": []}, "cods"), ({"state": "a b"}, "state"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(more: dict[str, Any], field: str, key: str) -> None:
    answer = query(key, ["1301"], **more)
    assert (code_of(answer), list(answer.json()["error"]["details"])) == ((400, "VALIDATION_ERROR"), [field])


def test_of_another_state_or_a_revision_to_come(key: str) -> None:
    state = query(key, ["1301"]).headers["x-data-state"]
    assert query(key, ["1301"], state=state).status == 200
    assert code_of(query(key, ["1301"], state="1.1")) == (409, "STATE_CHANGED")
    assert code_of(query(key, ["1301"], revision=99)) == (404, "REVISION_NOT_FOUND")
    assert code_of(query(key, ["1301"], as_of="2001-01-01")) == (404, "SNAPSHOT_NOT_FOUND")


def test_it_reads_and_nothing_of_it_is_kept(key: str) -> None:
    operator = create_api_key(name="operator", scopes=["sync"])[1]
    bodies = [json_body({"codes": [code]}) for code in ("1301", "1305")]
    answers = [ask(PATH, key=key, method="POST", body=body, idempotency_key="one") for body in bodies]

    assert [answer.status for answer in answers] == [200, 200]
    assert not IdempotentAnswer.objects.exists()
    assert code_of(ask(PATH, key=operator, method="POST", body=bodies[0])) == (403, "PERMISSION_DENIED")
    assert ask(PATH, key=key).status == 405
