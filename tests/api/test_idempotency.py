"""`Idempotency-Key`: sent again, a request is told what it was told, and does nothing more."""

import pytest
from django.db.models.functions import Now

from api.keys import create_api_key
from api.models import IdempotentAnswer
from datasources.models import DataSource
from subscriptions.models import WatchList
from syncjobs.models import SyncRun
from tests.api.front import ask, json_body
from tests.api.sending import DESTINATIONS, KEY, LISTS, SYNC, code_of, send
from tests.subscriptions.told.followers import make_person

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

#: An address that no name has to be looked up for.
HOOK = {"name": "社内", "channel": "webhook", "address": "https://93.184.216.34/hook/very-secret-path"}


def test_a_repeat_is_told_the_first_answer_and_does_nothing(operator_key: str, source: DataSource) -> None:
    first, again = (send(SYNC, {"force_update": True}, api_key=operator_key) for _ in range(2))

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"] == "application/json"
    assert again.headers["cache-control"] == first.headers["cache-control"] == "no-store"
    assert SyncRun.objects.count() == 1
    assert int(again.headers["x-ratelimit-remaining"]) < int(first.headers["x-ratelimit-remaining"])


def test_white_space_and_the_order_of_names_make_no_other_request(operator_key: str, source: DataSource) -> None:
    bodies = [b'{"force_update":true,"date":"2024-03-29"}', b'{ "date": "2024-03-29",\n "force_update": true }']
    told = [ask(SYNC, key=operator_key, method="POST", body=body, idempotency_key=KEY) for body in bodies]

    assert [answer.status for answer in told] == [201, 201]
    assert SyncRun.objects.count() == 1


def test_the_same_key_in_quotation_marks_is_the_same(operator_key: str, source: DataSource) -> None:
    send(SYNC, api_key=operator_key, key="a.b")
    assert send(SYNC, api_key=operator_key, key='"a.b"').headers["idempotency-replayed"] == "true"


def test_with_another_body_path_or_method_the_key_is_refused(person_key: str) -> None:
    made = send(LISTS, {"name": "first"}, api_key=person_key).json()
    others = [
        send(LISTS, {"name": "second"}, api_key=person_key),
        send(f"{LISTS}/{made['id']}", {"name": "first"}, api_key=person_key, method="PATCH"),
        send(DESTINATIONS, {"name": "first"}, api_key=person_key),
    ]

    assert [code_of(answer) for answer in others] == [(422, "IDEMPOTENCY_KEY_REUSED")] * 3
    assert list(others[0].json()["error"]["details"]) == ["Idempotency-Key"]
    assert list(WatchList.objects.values_list("name", flat=True)) == ["first"]
    english = send(LISTS, {"name": "second"}, api_key=person_key, accept_language="en")
    assert english.json()["error"]["message"].isascii()


def test_another_callers_same_key_is_another(person_key: str, transactional_db: None) -> None:
    other = create_api_key(name="bot", scopes=["subscribe"], created_by=make_person("suzuki"))[1]
    told = [send(LISTS, {"name": "mine"}, api_key=key) for key in (person_key, other)]

    assert [answer.status for answer in told] == [201, 201]
    assert told[0].json()["id"] != told[1].json()["id"]


def test_patch_and_delete_too(person_key: str) -> None:
    made = send(LISTS, {"name": "first"}, api_key=person_key, key="make").json()
    path = f"{LISTS}/{made['id']}"
    renamed = send(path, {"name": "second"}, api_key=person_key, method="PATCH")
    send(path, {"name": "third"}, api_key=person_key, key="", method="PATCH")
    again = send(path, {"name": "second"}, api_key=person_key, method="PATCH")

    assert again.body == renamed.body
    assert WatchList.objects.get().name == "third", "what came in between is not undone"

    gone = [send(path, api_key=person_key, key="delete", method="DELETE") for _ in range(2)]
    assert [(answer.status, answer.body) for answer in gone] == [(204, b"")] * 2
    assert gone[1].headers["idempotency-replayed"] == "true"
    assert "content-type" not in gone[1].headers


def test_what_only_reads_takes_no_notice_of_a_key(person_key: str) -> None:
    assert ask(LISTS, key=person_key, idempotency_key="bad key").status == 200
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize(
    "key", ["", " ", "two words", "a,b", "a;b", '"', '""', '"a', '"a"b"', '"a";v=1', "é", "x" * 256, f'"{"x" * 256}"', "a\x7f"]
)  # fmt: skip
def test_a_key_that_is_none_is_refused_by_the_headers_name(key: str, person_key: str) -> None:
    answer = ask(LISTS, key=person_key, method="POST", body=json_body({"name": "first"}), idempotency_key=key)

    assert code_of(answer) == (400, "VALIDATION_ERROR")
    assert list(answer.json()["error"]["details"]) == ["Idempotency-Key"]
    assert not WatchList.objects.exists()


@pytest.mark.parametrize("key", ["1", "x" * 255, f'"{"x" * 255}"', '"two words, a \\" and a \\\\"', "urn:uuid:1+/=~!"])
def test_a_key_may_be(key: str, person_key: str) -> None:
    told = [send(LISTS, {"name": "first"}, api_key=person_key, key=key) for _ in range(2)]
    assert [answer.status for answer in told] == [201, 201]


def test_a_request_that_was_at_fault_may_be_sent_as_it_should_be_with_the_same_key(
    person_key: str, source: DataSource
) -> None:
    reader = create_api_key(name="reader", scopes=["read"])[1]
    refused = [
        send(LISTS, {"nam": "first"}, api_key=person_key), ask(LISTS, key=person_key, method="POST", body=b"{", idempotency_key=KEY),
        send(LISTS, {"name": "x"}, api_key=person_key, content_type="text/plain"), send(SYNC, api_key=reader),
        send(SYNC, api_key="wrong"),
    ]  # fmt: skip

    assert [answer.status for answer in refused] == [400, 400, 415, 403, 401]
    assert send(LISTS, {"name": "first"}, api_key=person_key).status == 201
    assert IdempotentAnswer.objects.count() == 1


def test_what_an_operation_refuses_is_an_answer_too(operator_key: str, source: DataSource) -> None:
    send(SYNC, api_key=operator_key, key="first")
    busy = send(SYNC, api_key=operator_key, accept_language="en")
    SyncRun.objects.update(status="completed", completed_at=Now(), phase="ended")
    again = send(SYNC, api_key=operator_key, accept_language="ja")

    assert code_of(busy) == code_of(again) == (409, "SYNC_ALREADY_RUNNING")
    assert again.body == busy.body
    assert again.headers["content-language"] == "en", "the language of what is told"
    assert send(SYNC, api_key=operator_key, key="third").status == 201


def test_what_is_not_there_is_an_answer_too(person_key: str) -> None:
    missing, again = (send(f"{LISTS}/1", {"name": "x"}, api_key=person_key, method="PATCH") for _ in range(2))

    assert code_of(missing) == (404, "WATCH_LIST_NOT_FOUND")
    assert (again.body, again.headers["idempotency-replayed"]) == (missing.body, "true")
