"""What is answered, field by field, is what the schema says: nothing missing, nothing of another type, nothing more."""

import json
import re
from typing import Any

import pytest
from django.urls import Resolver404, resolve
from jsonschema import Draft202012Validator, FormatChecker

from api.keys import create_api_key
from datasources.models import DataSource
from syncjobs.execution import execute_run
from syncjobs.runs import start_listing_run
from tests.api.front import Answer, ask
from tests.conftest import FEBRUARY, MARCH
from tests.contract.test_openapi import read_schema
from tests.factories import store_quote
from tests.fakes.jquants import FakeJquants

BASE = "/api/v1/companies"
LIVE = [
    BASE, f"{BASE}?include=quote", f"{BASE}?as_of=2024-02-29", f"{BASE}?limit=1&offset=1", f"{BASE}/7203", f"{BASE}/7203?as_of=2024-02-29",
    f"{BASE}/search?q=toyota", f"{BASE}/search?q=zzz", f"{BASE}/markets", f"{BASE}/sectors", f"{BASE}/sectors?type=17", f"{BASE}/events", f"{BASE}/7203/history",
    f"{BASE}/9984/history", f"{BASE}/changes?from=2024-02-29&to=2024-03-29", f"{BASE}/sync/status", f"{BASE}/sync/runs", f"{BASE}/7203/quote", "/api/v1/datasources",
    f"{BASE}/9999", f"{BASE}?limit=0", f"{BASE}?limt=0", f"{BASE}?as_of=2001-01-01", f"{BASE}?state=1.1", f"{BASE}/9984/quote", f"{BASE}/changes",
]  # fmt: skip


def closed(schema: Any) -> Any:
    """The schema without what it merely does not forbid: an object has the properties it names."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(one) for name, one in schema.items()}
    if "properties" in found and isinstance(found["properties"], dict):
        found.setdefault("additionalProperties", False)
    return found


SCHEMA = read_schema()
CLOSED = closed(SCHEMA["components"]["schemas"])


def validator_of(response: dict[str, Any]) -> Draft202012Validator:
    if "$ref" in response:
        response = SCHEMA["components"]["responses"][response["$ref"].rpartition("/")[2]]
    shape = response["content"]["application/json"]["schema"]
    whole = {**shape, "components": {"schemas": CLOSED}}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def operation_of(path: str, method: str) -> dict[str, Any]:
    """The schema's operation that a path leads to."""
    view = resolve(path.partition("?")[0]).view_name
    for template, operations in SCHEMA["paths"].items():
        example = template.replace("{code}", "7203").replace("{run_id}", "00000000-0000-0000-0000-000000000000")
        example = re.sub(r"\{\w+_id\}", "1", example)
        try:
            if resolve(example).view_name == view:
                return dict(operations[method])
        except Resolver404:
            continue
    raise AssertionError(path)


def assert_as_documented(path: str, answer: Answer, method: str = "get") -> None:
    responses = operation_of(path, method)["responses"]
    assert str(answer.status) in responses, (path, answer.status)
    found = list(validator_of(responses[str(answer.status)]).iter_errors(json.loads(answer.body)))
    assert found == [], (path, [(list(error.absolute_path), error.message[:200]) for error in found[:3]])


@pytest.mark.parametrize("path", LIVE)
def test_live_answers_are_as_the_schema_says(two_lists: None, source: DataSource, path: str) -> None:
    store_quote("7203")
    start_listing_run(source, requested_by="test")
    key = create_api_key(name="reader", scopes=["read"])[1]

    assert_as_documented(path, ask(path, key=key))


@pytest.mark.parametrize("fault", ["truncated", "empty", "duplicates", "no_code"])
def test_a_run_that_waits_for_a_decision_is_told_as_the_schema_says(
    source: DataSource, jquants: FakeJquants, fault: str
) -> None:
    execute_run(start_listing_run(source, day=FEBRUARY, requested_by="test").pk)
    jquants.fail(fault)
    run = start_listing_run(source, day=MARCH, requested_by="test")
    execute_run(run.pk)
    key = create_api_key(name="operator", scopes=["read", "sync"])[1]

    answer = ask(f"{BASE}/sync/runs/{run.pk}", key=key)
    assert answer.json()["review"] is not None
    assert_as_documented(f"{BASE}/sync/runs/{run.pk}", answer)
    started = ask(f"{BASE}/sync", key=key, method="POST", body=b"{}")
    assert_as_documented(f"{BASE}/sync", started, "post")
    for action, status in (("cancel", 200), ("cancel", 409), ("approve", 409)):
        path = f"{BASE}/sync/runs/{run.pk}/{action}"
        answer = ask(path, key=key, method="POST", body=b"{}")
        assert answer.status == status
        assert_as_documented(path, answer, "post")


def test_every_example_is_as_the_schema_says() -> None:
    checked = 0
    for path, operations in SCHEMA["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if "$ref" in response:
                    response = SCHEMA["components"]["responses"][response["$ref"].rpartition("/")[2]]  # noqa: PLW2901
                for example in response.get("content", {}).get("application/json", {}).get("examples", {}).values():
                    found = [error.message for error in validator_of(response).iter_errors(example["value"])]
                    assert found == [], (method, path, status)
                    checked += 1

    assert checked > 100


def test_no_object_of_the_schema_is_left_open() -> None:
    """Generated clients would have a type of anything for it."""

    def bare(place: str, schema: Any) -> list[str]:
        if isinstance(schema, list):
            return [found for one in schema for found in bare(place, one)]
        if not isinstance(schema, dict):
            return []
        is_bare = schema.get("type") == "object" and not (
            schema.get("properties") or schema.get("additionalProperties")
        )
        return [place] * is_bare + [found for name, one in schema.items() for found in bare(f"{place}/{name}", one)]

    assert bare("", SCHEMA["components"]["schemas"]) == []
    assert "{}" not in {json.dumps(one) for name, one in SCHEMA["components"]["schemas"].items()}


def test_names_that_clients_are_made_of_are_ascii_and_what_they_mean_is_japanese() -> None:
    info = SCHEMA["info"]
    names = [info["title"], *(tag["name"] for tag in SCHEMA["tags"]), *SCHEMA["components"]["schemas"]]
    for operations in SCHEMA["paths"].values():
        for operation in operations.values():
            names += [operation["operationId"], *operation["tags"]]
            for response in operation["responses"].values():
                names += response.get("content", {}).get("application/json", {}).get("examples", {})

    assert [name for name in names if not name.isascii()] == []
    assert {tag for path in SCHEMA["paths"].values() for one in path.values() for tag in one["tags"]} == {
        tag["name"] for tag in SCHEMA["tags"]
    }
    assert not any(tag["description"].isascii() for tag in SCHEMA["tags"])
    assert SCHEMA["servers"] == [{"url": "/", "description": "このサーバー"}]
    assert info["contact"] == {"name": "Meigara"}


def test_an_url_that_is_too_long_is_documented_everywhere() -> None:
    assert all(
        "414" in operation["responses"] for operations in SCHEMA["paths"].values() for operation in operations.values()
    )
