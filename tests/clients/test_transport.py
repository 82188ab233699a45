"""How the Python client asks: kept answers, refusals that pass, connections that break, and what it never does."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from meigara_client import (
    ApiError,
    Client,
    RateLimited,
    Retries,
    ServerError,
    ServerUnreachable,
    ServiceUnavailable,
    UnexpectedAnswer,
)  # fmt: skip
from meigara_client.etag_cache import EtagCache, KeptAnswer
from meigara_client.retrying import read_retry_after
from pytest_django import DjangoDbBlocker

from api.keys import create_api_key
from tests.clients.conftest import committed, make_key
from tests.clients.proxy import Proxy
from tests.conftest import FEBRUARY, MARCH, apply_two_lists
from tests.ports import free_port

# A database is made for who is marked so.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def key(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with committed(django_db_blocker):
        apply_two_lists()
        yield make_key()


@pytest.fixture(scope="module")
def limited_key(key: str, django_db_blocker: DjangoDbBlocker) -> str:
    with django_db_blocker.unblock():
        return create_api_key(name="limited", scopes=["read"], rate_limit_per_hour=2)[1]


def error_body(code: str, **details: object) -> bytes:
    return json.dumps({"error": {"code": code, "message": "m", "details": details}}).encode()


def test_an_unchanged_answer_comes_back_as_304_and_says_the_same(client: Client, proxy: Proxy) -> None:
    first, again = client.universe(FEBRUARY), client.universe(FEBRUARY)

    assert proxy.statuses == [200, 304]
    assert (dict(again), again.revision) == (dict(first), first.revision)
    client.universe(MARCH)
    assert proxy.statuses == [200, 304, 200]


def test_who_wants_no_answers_kept_asks_anew_each_time(make_client: Callable[..., Client], proxy: Proxy) -> None:
    bare = make_client(cache_bytes=0)
    for _ in range(2):
        bare.markets()

    assert proxy.statuses == [200, 200]


def test_answers_kept_on_disk_serve_the_next_program_and_damaged_ones_are_asked_for_anew(
    make_client: Callable[..., Client], proxy: Proxy, tmp_path: Path, key: str
) -> None:
    told = make_client(cache_folder=tmp_path / "kept").company("7203")
    assert make_client(cache_folder=tmp_path / "kept").company("7203") == told
    [file] = (tmp_path / "kept").iterdir()
    assert key.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    for damage in (file.read_bytes()[:-5], b"{}\n", b""):
        file.write_bytes(damage)
        assert make_client(cache_folder=tmp_path / "kept").company("7203") == told

    assert proxy.statuses == [200, 304, 200, 200, 200]


def test_the_kept_answers_take_no_more_room_than_they_may(tmp_path: Path) -> None:
    cache = EtagCache(1000, tmp_path)
    for number in range(5):
        cache.keep(KeptAnswer(f"address {number}", '"e"', b"x" * 400, "1", None))

    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 1000
    assert cache.find("address 4") == KeptAnswer("address 4", '"e"', b"x" * 400, "1", None)
    assert cache.find("address 0") is None


def test_a_refusal_for_a_time_is_waited_for_as_long_as_it_says(
    client: Client, proxy: Proxy, waits: list[float]
) -> None:
    proxy.refuse(429, error_body("RATE_LIMIT_EXCEEDED", retry_after_seconds=7), Retry_After="7")
    proxy.refuse(503, b"<html>maintenance</html>", Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=30)))  # fmt: skip

    assert client.company("7203").code == "7203"

    assert proxy.statuses == [429, 503, 200]
    assert 7 <= waits[0] <= 7.7
    assert 25 <= waits[1] <= 33


def test_a_wait_that_is_too_long_is_for_the_caller_to_decide(client: Client, proxy: Proxy, waits: list[float]) -> None:
    proxy.refuse(429, error_body("RATE_LIMIT_EXCEEDED", retry_after_seconds=3600), Retry_After="3600")

    with pytest.raises(RateLimited) as refused:
        client.company("7203")

    assert (refused.value.retry_after_seconds, waits, proxy.statuses) == (3600, [], [429])


def test_the_products_own_limit_is_told_with_the_time_until_one_more_fits_in(
    limited_key: str, proxy: Proxy, waits: list[float]
) -> None:
    with Client(proxy.url, limited_key, language="en", retries=Retries(sleep=waits.append)) as client:
        client.company("7203")
        client.company("7203")
        with pytest.raises(RateLimited, match="RATE_LIMIT_EXCEEDED") as refused:
            client.company("7203")

    assert (proxy.statuses, waits) == ([200, 304, 429], [])
    assert 3500 < (refused.value.retry_after_seconds or 0) <= 3600


@pytest.mark.parametrize(
    ("status", "body", "kind", "attempts"),
    [
        (503, error_body("SERVICE_UNAVAILABLE"), ServiceUnavailable, 5),
        (502, b"", ServiceUnavailable, 5),
        (500, error_body("INTERNAL_SERVER_ERROR"), ServerError, 1),
        (429, error_body("RATE_LIMIT_EXCEEDED", reason="WRONG_API_KEYS"), RateLimited, 1),
        (418, error_body("A_CODE_OF_TOMORROW", why="tea"), ApiError, 1),
        (404, b"<html>", ApiError, 1),
    ],
)
def test_what_will_pass_is_asked_again_so_many_times_and_nothing_else(
    client: Client, proxy: Proxy, waits: list[float], status: int, body: bytes, kind: type[ApiError], attempts: int
) -> None:
    for _ in range(6):
        proxy.refuse(status, body, X_Request_ID="request-1")

    with pytest.raises(ApiError) as refused:
        client.company("7203")

    assert (type(refused.value), refused.value.status, refused.value.request_id) == (kind, status, "request-1")
    assert (len(proxy.passed), len(waits)) == (attempts, attempts - 1)
    assert all(0.5 * 0.5 * 2**step <= wait <= 0.5 * 2**step for step, wait in enumerate(waits))


def test_an_error_of_tomorrow_keeps_its_code_and_its_facts(client: Client, proxy: Proxy) -> None:
    proxy.refuse(418, error_body("A_CODE_OF_TOMORROW", why="tea"), X_Request_ID="request-1")

    with pytest.raises(ApiError) as refused:
        client.company("7203")

    assert str(refused.value) == "A_CODE_OF_TOMORROW: m (why: tea) [X-Request-ID request-1]"


def test_an_answer_that_breaks_off_is_asked_for_again(client: Client, proxy: Proxy) -> None:
    proxy.cut(100)
    proxy.cut(0)

    assert client.company("7203").code == "7203"
    assert len(proxy.passed) == 3


def test_a_file_that_breaks_off_goes_on_where_it_stopped_of_the_same_revision(
    client: Client, make_client: Callable[..., Client], proxy: Proxy
) -> None:
    whole = list(client.ledger().states())
    proxy.passed.clear()
    proxy.is_compressed = False
    # In the midst of the second version of 7203; then before anything came; then in the midst of the last company, when nobody knows that 7203 is whole.
    proxy.cut(b"7203")
    proxy.cut(0)
    proxy.cut(b"9984")

    again = list(make_client().ledger().states())

    assert ([state.code for state in whole], again) == (["1301", "1301", "130A", "7201", "7203", "7203", "9984"], whole)
    questions = [one.path.partition("?")[2] for one in proxy.passed if "export" in one.path]
    assert questions == ["format=ndjson", *["format=ndjson&revision=2&after_code=7201"] * 3]  # fmt: skip


def test_a_file_that_breaks_off_again_and_again_is_told(
    make_client: Callable[..., Client], proxy: Proxy, waits: list[float]
) -> None:
    for _ in range(5):
        proxy.cut(0)

    with pytest.raises(ServerUnreachable, match="broke off again and again"):
        make_client().ledger()

    assert len(waits) == 4


def test_a_compressed_file_that_breaks_off_is_whole_in_the_end(
    make_client: Callable[..., Client], proxy: Proxy
) -> None:
    proxy.cut(300)

    assert len(list(make_client().ledger().states())) == 7


def test_a_server_that_is_not_there_is_told_with_its_address(waits: list[float]) -> None:
    url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(ServerUnreachable, match=f"{url} gave no whole answer in 5 attempts: ConnectError"):
        Client(url, "key", retries=Retries(sleep=waits.append)).company("7203")

    assert len(waits) == 4


def test_the_key_is_not_carried_to_where_somebody_else_points(client: Client, proxy: Proxy) -> None:
    proxy.refuse(302, b"", Location="http://elsewhere.example/")

    with pytest.raises(UnexpectedAnswer, match=r"sends us on to http://elsewhere\.example/"):
        client.company("7203")

    assert len(proxy.passed) == 1


def test_what_is_not_of_the_api_is_told_as_such(client: Client, proxy: Proxy) -> None:
    proxy.refuse(200, b"<html>welcome</html>")
    proxy.refuse(200, b'{"colour": "red"}')

    with pytest.raises(UnexpectedAnswer, match="not JSON: b'<html>welcome</html>'"):
        client.company("7203")
    with pytest.raises(UnexpectedAnswer, match="Company cannot be read from the answer"):
        client.company("7203")


def test_the_attempts_named_for_an_hour_last_it_even_if_chance_halves_every_wait() -> None:
    [attempts] = re.findall(r"outlast an hour .*`Retries\(attempts=(\d+)\)`", Retries.__doc__ or "")
    retries = Retries(int(attempts), chance=lambda: 0.0)
    waits = [retries.wait_after(attempt, None) or 0 for attempt in range(1, int(attempts))]

    assert 3600 <= sum(waits) < 3900


@pytest.mark.parametrize(("text", "seconds"), [("12", 12.0), ("soon", None), (None, None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)])  # fmt: skip
def test_the_time_to_wait_is_read_as_a_number_or_a_date(text: str | None, seconds: float | None) -> None:
    assert read_retry_after(text) == seconds
