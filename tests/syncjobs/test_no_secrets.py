"""A whole life of two accounts, and then a search for their secrets in everything that was written anywhere."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from pytest_django import Settings

from api.keys import create_api_key
from datasources.models import AccessToken, DataSource
from syncjobs.models import SyncRun
from syncjobs.tasks import renew_tokens
from tests.fakes.jquants import API_KEY, MAIL_ADDRESS, PASSWORD, FakeJquants
from tests.syncjobs.worker import Worker, wait_for_end

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ADD = "/admin/datasources/datasource/add/"
WRONG_KEY = "mistyped-key-mistyped-key"


def stored_rows() -> Iterator[str]:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            yield from (row[0] for row in cursor.fetchall())


def redis_contents() -> Iterator[str]:
    """Every value in Redis, messages to workers among them, as text."""
    readers = {b"string": "get", b"list": "lrange", b"hash": "hgetall", b"zset": "zrange", b"set": "smembers"}
    with redis.Redis.from_url(str(django_settings.CACHES["default"]["LOCATION"])) as client:
        for key in client.scan_iter():
            kind = client.type(key)
            bounds = (0, -1) if kind in (b"list", b"zset") else ()
            yield f"{key!r} {getattr(client, readers[kind])(key, *bounds)!r}"


@pytest.fixture
def pages(admin_client: Client) -> list[str]:
    """What the browser and the API's callers were told."""
    admin_client.raise_request_exception = False
    return []


def test_no_secret_is_written_anywhere(
    own_worker: Worker,
    admin_client: Client,
    jquants: FakeJquants,
    pages: list[str],
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    def see(response: Any) -> None:
        pages.append(f"{response.content.decode()} {dict(response.headers)}")

    v2 = {"name": "v2", "api_version": "v2", "plan": "unlimited", "base_url": jquants.url(), "is_enabled": "on",
          "api_key": API_KEY}  # fmt: skip
    v1 = {"name": "v1", "api_version": "v1", "plan": "unlimited", "base_url": jquants.url("v1"), "is_enabled": "on",
          "mail_address": MAIL_ADDRESS, "password": PASSWORD}  # fmt: skip
    # Entered wrongly, then in a way that breaks, then rightly.
    for form in (v1, v2):
        see(admin_client.post(ADD, {**form, "base_url": "ftp://example.com"}))
    settings.DEBUG, keys, settings.ENCRYPTION_KEYS = True, settings.ENCRYPTION_KEYS, []
    broken = admin_client.post(ADD, v2)
    see(broken)
    assert broken.status_code == 500
    assert "ImproperlyConfigured" in broken.content.decode()
    settings.DEBUG, settings.ENCRYPTION_KEYS = False, keys
    for form in (v1, v2):
        see(admin_client.post(ADD, form))
    # Used: tested, synchronised, refused by a service that repeats what it was sent, renewed.
    headers: Any = {"X-API-Key": create_api_key(name="t", scopes=["read", "sync"])[1]}
    api = Client(headers=headers)
    for source in DataSource.objects.filter(provider="jquants"):
        for fault in (None, "echo_secrets", "cut", "401"):
            if fault:
                jquants.fail(fault, times=4)
            see(admin_client.post(f"/admin/datasources/datasource/{source.pk}/check/", follow=True))
            jquants.heal()
            if fault:
                jquants.fail(fault, times=4)
            see(api.post("/api/v1/companies/sync", {"source": source.name}, content_type="application/json"))
            run = wait_for_end(SyncRun.objects.latest("started_at"))
            jquants.heal()
            for path in (
                f"/api/v1/companies/sync/runs/{run.pk}",
                "/api/v1/companies/sync/status",
                "/api/v1/datasources",
            ):
                see(api.get(path))
            for path in (
                f"/admin/syncjobs/syncrun/{run.pk}/change/", "/admin/syncjobs/syncrun/",
                f"/admin/datasources/datasource/{source.pk}/change/",
                f"/admin/datasources/datasource/{source.pk}/history/",
            ):  # fmt: skip
                see(admin_client.get(path))
    see(admin_client.post(f"/admin/datasources/datasource/{source.pk}/change/", {**v2, "api_key": WRONG_KEY}))
    AccessToken.objects.filter(kind="id").delete()
    renew_tokens()

    assert {"completed", "failed"} <= set(SyncRun.objects.values_list("status", flat=True))
    places = {
        "pages": "\n".join(pages),
        "worker log": own_worker.log(),
        "log": caplog.text,
        "database": "\n".join(stored_rows()),
        "redis": "\n".join(redis_contents()),
    }
    assert "jquants_api_call" in places["worker log"]
    assert "execute_sync_run" in places["worker log"]
    secrets = {API_KEY, MAIL_ADDRESS, PASSWORD, WRONG_KEY, *jquants.id_tokens, *jquants.refresh_tokens}
    assert len(secrets) >= 6
    found = [(place, secret) for place, text in places.items() for secret in secrets if secret in text]
    assert found == []
