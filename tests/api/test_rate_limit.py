"""Keys and their limits, ahead of Django, on a real Redis."""

import threading
import time
from collections import Counter
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_redis import get_redis_connection
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from api.front.admission import forget_key, list_keys
from api.keys import create_api_key, hash_key, list_hashes, revoke
from api.models import ApiKey
from config.environment import WrongKeys
from tests.api.front import Answer, ask

PATH = "/api/v1/companies/markets"
pytestmark = pytest.mark.django_db


def make_key(**more: Any) -> str:
    return create_api_key(name="limited", scopes=["read"], **more)[1]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_1001_requests_by_50_threads_exactly_1000_pass() -> None:
    key, other = make_key(), make_key()
    numbers = iter(range(1001))
    lock = threading.Lock()
    answers: list[Answer] = []

    def work() -> None:
        while True:
            with lock:
                if next(numbers, None) is None:
                    return
            answers.append(ask(PATH, key=key))

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(answer.status for answer in answers) == {200: 1000, 429: 1}
    passed = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers if answer.status == 200]
    assert sorted(passed) == list(range(1000))
    assert ask(PATH, key=other).headers["x-ratelimit-remaining"] == "999"


def test_a_refusal_says_when_the_next_request_fits_in_and_then_it_does() -> None:
    key = make_key(rate_limit_per_hour=3)
    for _ in range(3):
        assert ask(PATH, key=key).status == 200
    window = f"meigara:window:{hash_key(key)}"
    redis = get_redis_connection("state")
    seconds, _ = redis.time()
    # As if the first had been an hour ago but for a moment.
    redis.lset(window, -1, (seconds - 3600) * 1000 + 2000)

    refused = ask(PATH, key=key)
    wait_seconds = int(refused.headers["retry-after"])

    assert refused.status == 429
    assert refused.json()["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert refused.json()["error"]["details"] == {"retry_after_seconds": wait_seconds}
    assert refused.headers["x-ratelimit-limit"] == "3"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert refused.headers["x-ratelimit-reset"] == str(seconds + 2)
    assert refused.headers["ratelimit-policy"] == '"hour";q=3;w=3600'
    assert refused.headers["ratelimit"] == f'"hour";r=0;t={wait_seconds}'
    assert 1 <= wait_seconds <= 2
    time.sleep(wait_seconds)
    assert ask(PATH, key=key).status == 200
    assert ask(PATH, key=key).status == 429


def test_refused_requests_do_not_count() -> None:
    key = make_key(rate_limit_per_hour=1)

    assert [ask(PATH, key=key).status for _ in range(5)] == [200, 429, 429, 429, 429]
    assert get_redis_connection("state").llen(f"meigara:window:{hash_key(key)}") == 1


def test_a_refusal_speaks_english_where_asked() -> None:
    key = make_key(rate_limit_per_hour=1)
    ask(PATH, key=key)

    assert ask(PATH, key=key, accept_language="en-US").json()["error"]["message"] == "Too many requests."
    assert ask(PATH, key=key).json()["error"]["message"] == "リクエストの回数が上限を超えました。"


@pytest.mark.parametrize(
    ("path", "status"),
    [(PATH, 200), (f"{PATH}?x=1", 400), ("/api/v1/companies/0000", 404), ("/api/v1/nothing", 404), ("/api/schema/", 200)],
)  # fmt: skip
def test_every_answer_to_a_key_says_how_it_stands(path: str, status: int) -> None:
    key = make_key()

    answers = [ask(path, key=key) for _ in range(2)]

    assert [answer.status for answer in answers] == [status, status]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["999", "998"]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"1000"}
    assert [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers] == ['"hour";r=999', '"hour";r=998']


def test_a_key_is_looked_up_once_a_minute_and_its_last_use_noted(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    key = make_key()
    for _ in range(3):
        ask("/api/v1/nothing", key=key)
    with django_assert_num_queries(0):
        ask("/api/v1/nothing", key=key)
    used_at = ApiKey.objects.get().last_used_at

    assert used_at is not None
    assert timezone.now() - used_at < timedelta(minutes=1)


def test_a_revoked_key_is_refused_from_the_next_request_on(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    key = make_key()
    assert ask(PATH, key=key).status == 200
    with django_capture_on_commit_callbacks(execute=True):
        revoke(ApiKey.objects.get())

    assert ask(PATH, key=key).status == 401


def test_a_change_in_the_admin_holds_from_the_next_request_on(
    admin_client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    key = make_key()
    ask(PATH, key=key)
    stored = ApiKey.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(
            f"/admin/api/apikey/{stored.pk}/change/",
            {"name": "limited", "scopes": ["sync"], "rate_limit_per_hour": 7, "expires_at_0": "", "expires_at_1": ""},
        )

    changed = ask(PATH, key=key)

    assert (changed.status, changed.headers["x-ratelimit-limit"]) == (403, "7")


def test_a_key_expires_to_the_second_also_where_it_is_known() -> None:
    key = make_key(expires_at=timezone.now() + timedelta(seconds=1))
    assert ask(PATH, key=key).status == 200
    time.sleep(1.1)

    assert ask(PATH, key=key).status == 401


def test_the_caller_s_own_request_id_comes_back_unless_it_is_none() -> None:
    key = make_key()

    assert ask(PATH, key=key, x_request_id="order-77:1").headers["x-request-id"] == "order-77:1"
    for strange in ("a b", "x" * 65, "ü", "a\r\nb"):
        assert ask(PATH, key=key, x_request_id=strange).headers["x-request-id"] != strange
    assert len(ask("/api/v1/nothing").headers["x-request-id"]) == 16


def test_scripts_of_allowed_origins_may_read_answers(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://screen.example"]
    key = make_key()

    for path in (PATH, PATH, "/api/v1/nothing"):
        allowed = ask(path, key=key, origin="https://screen.example").headers
        assert allowed["access-control-allow-origin"] == "https://screen.example"
        assert "X-RateLimit-Remaining" in allowed["access-control-expose-headers"]
        assert "access-control-allow-origin" not in ask(path, key=key, origin="https://other.example").headers
    asked = ask(
        PATH, method="OPTIONS", origin="https://screen.example", access_control_request_method="GET",
        access_control_request_headers="x-api-key",
    )  # fmt: skip
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (200, "https://screen.example")
    assert "x-api-key" in asked.headers["access-control-allow-headers"]


@pytest.fixture
def few_wrong_keys(settings: Settings) -> None:
    settings.WRONG_API_KEYS = WrongKeys(per_address=3, window_seconds=600)
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]
    client = get_redis_connection("state")
    for name in client.scan_iter("meigara:wrong-keys:*"):
        client.delete(name)


def wrong(number: int, address: str = "192.0.2.7", **more: str) -> Answer:
    return ask(PATH, key=f"mgr_{number}", x_forwarded_for=address, **more)


def test_wrong_keys_are_limited_by_address_and_right_ones_from_there_are_not(few_wrong_keys: None) -> None:
    key = make_key()
    answers = [wrong(number) for number in range(5)]

    assert [answer.status for answer in answers] == [401, 401, 401, 429, 429]
    assert answers[0].headers["www-authenticate"] == "ApiKey, Bearer"
    assert answers[0].json()["error"]["code"] == "INVALID_API_KEY"
    seconds = int(answers[3].headers["retry-after"])
    assert 590 <= seconds <= 600
    assert answers[3].json()["error"]["details"] == {"retry_after_seconds": seconds, "reason": "WRONG_API_KEYS"}
    assert ask(PATH, key=key, x_forwarded_for="192.0.2.7").status == 200
    assert wrong(9, "198.51.100.9").status == 401
    assert [wrong(number, "2001:db8::1").status for number in range(3)] == [401] * 3
    assert wrong(9, "2001:db8::2").status == 429


def test_a_wrong_key_asks_the_database_for_nothing(
    few_wrong_keys: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wrong(0)
    with django_assert_num_queries(0):
        statuses = [wrong(number).status for number in (0, 1, 2, 3)]

    assert statuses == [401, 401, 429, 429]


def test_an_empty_key_is_a_wrong_one(few_wrong_keys: None) -> None:
    assert ask(PATH, x_api_key="").status == 401


def test_a_key_made_after_wrong_ones_is_right_at_once(few_wrong_keys: None) -> None:
    assert wrong(0).status == 401

    assert ask(PATH, key=make_key()).status == 200


def test_a_list_of_keys_read_before_a_key_was_made_is_not_published(few_wrong_keys: None) -> None:
    made: list[str] = []

    def read_late() -> list[str]:
        hashes = list_hashes()
        made.append(make_key())
        return hashes

    wrong(0)
    forget_key("")
    list_keys(read_late)

    assert ask(PATH, key=made[0]).status == 200


def test_an_expired_key_that_is_extended_is_right_at_once(
    few_wrong_keys: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, admin_client: Client
) -> None:
    key = make_key(expires_at=timezone.now() - timedelta(days=1))
    assert [ask(PATH, key=key).status for _ in range(2)] == [401, 401]
    form = {"name": "limited", "scopes": ["read"], "rate_limit_per_hour": 7, "expires_at_0": "", "expires_at_1": ""}
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(f"/admin/api/apikey/{ApiKey.objects.get().pk}/change/", form)

    assert ask(PATH, key=key).status == 200
