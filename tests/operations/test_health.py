"""The probes, with real services, and with one that is gone."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

NOBODY_THERE = "redis://127.0.0.1:1/0"


def test_liveness_asks_nobody(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readiness_names_each_part_and_misses_the_worker(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "components": {"database": "ok", "cache": "ok", "broker": "ok", "worker": "unavailable", "notifier": "unavailable"},
    }  # fmt: skip


@pytest.mark.django_db
def test_readiness_says_that_the_cache_is_gone_and_not_where_it_was(client: Client) -> None:
    caches = {"default": {**settings.CACHES["default"], "LOCATION": NOBODY_THERE}}
    with override_settings(CACHES=caches, CELERY_BROKER_URL=NOBODY_THERE):
        answer = client.get("/readyz")

    assert answer.json()["components"]["cache"] == "unavailable"
    assert answer.json()["components"]["broker"] == "unavailable"
    assert "127.0.0.1" not in answer.content.decode()
