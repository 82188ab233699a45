"""Servers whose clocks are minutes or a day apart, by clocks of their own (`tests.failures.faketime`)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import redis
from django.utils import timezone

from api.generations import GENERATIONS_KEY
from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from local.valkey import Valkey
from tests.factories import make_issue
from tests.failures.faketime import clock
from tests.server import Server, serve
from tests.serving.sockets import Received, exchange, head

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

BASE = "/api/v1/companies"


def get(server: Server, path: str, key: str) -> Received:
    return exchange(server, head("GET", path, X_API_Key=key))


@pytest.fixture(params=["-5m", "+5m", "-1d"])
def other_clock(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Redis whose clock is so far from the database's."""
    with monkeypatch.context() as environment:
        for name, value in clock(request.param).items():
            environment.setenv(name, value)
        server = Valkey(tmp_path, "other", max_megabytes=64, policy="noeviction")
        server.start()
    yield server.url
    server.stop()


def test_midnight_is_told_to_redis_in_its_own_time(other_clock: str, tmp_path: Path) -> None:
    """Old answers would come for as long as its clock is behind the database's."""
    today = timezone.localdate()
    apply_snapshot(today, [make_issue("7203", company_name="今日の名")], "jquants")
    apply_snapshot(today + timedelta(days=1), [make_issue("7203", company_name="明日の名")], "jquants", force=True)
    key = create_api_key(name="reader", scopes=["read"])[1]
    midnight = timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))

    with serve(tmp_path, workers=1, REDIS_URL=other_clock, BROKER_URL=other_clock) as server:
        assert [get(server, f"{BASE}/7203", key).status for _ in range(3)] == [200] * 3
        with redis.Redis.from_url(other_clock) as client:
            turns_at = int(client.hget(GENERATIONS_KEY, "turns_at") or 0)
            seconds, _ = client.time()
        ahead = seconds - timezone.now().timestamp()

    # Never later than the database's midnight; earlier by what asking takes.
    assert -10_000 < turns_at - (midnight.timestamp() + ahead) * 1000 < 1_500


def test_limits_and_answers_are_by_one_clock_whichever_the_others_have(other_clock: str, tmp_path: Path) -> None:
    apply_snapshot(timezone.localdate(), [make_issue("7203")], "jquants")
    key = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=5)[1]

    with serve(tmp_path, workers=1, REDIS_URL=other_clock, BROKER_URL=other_clock) as server:
        answers = [get(server, f"{BASE}/7203", key) for _ in range(6)]

    assert [one.status for one in answers] == [200] * 5 + [429]
    assert 3500 < int(answers[-1].headers["retry-after"]) <= 3600
