"""What every test may ask for."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.test import override_settings
from django_redis import get_redis_connection
from pytest_django import DjangoDbBlocker, Settings

from api.front.redis_guard import answers_guard, state_guard
from companies.ledger.snapshots import apply_snapshot
from config.celery import app
from datasources.models import DataSource
from local.static_files import collect_static_files
from tests.examples import bear_with_busy_machines
from tests.factories import make_issue, make_issuer_source, make_monthly_source, make_source, make_yahoo_source
from tests.fakes.edinet import FakeEdinet, make_row
from tests.fakes.jpx import FakeJpx, make_rows
from tests.fakes.jquants import FakeJquants
from tests.fakes.yahoo import FakeYahoo
from tests.kept_rows import put_or_make
from tests.long_proofs import mark_long
from tests.migrated_once import MAKER, is_of_many, make_or_copy
from tests.quick_rollback import restore_by_copy

bear_with_busy_machines()
# What jsonschema checks IRIs with, of which we have none, takes each process more than a second to import; without it they pass.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment] # how an import is made to fail


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before it is looked which are wanted."""
    mark_long(items)


def pytest_collection_finish() -> None:
    """What stands after the collection stands until the end: whoever looks for garbage among it finds none, for a tenth of the
    time of all tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


FEBRUARY, MARCH = date(2024, 2, 29), date(2024, 3, 29)


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest,
    django_db_keepdb: bool,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> bool:
    """Whether there is one to be kept: of processes that share a run only one migrates."""
    if django_db_keepdb or not is_of_many(request.session):
        return django_db_keepdb
    with django_db_blocker.unblock():
        make_or_copy(tmp_path_factory.getbasetemp().parent)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The database, quickly as it was after each test that commits."""
    with django_db_blocker.unblock():
        restore_by_copy()


@pytest.fixture
def two_lists(db: None) -> None:
    """What `apply_two_lists` makes."""
    apply_two_lists()


def apply_two_lists() -> None:
    """What `make_two_lists` makes; where nothing is there yet, from what it made once in this process."""
    put_or_make(make_two_lists)


def make_two_lists() -> None:
    """A small ledger: in March 1301 was renamed, 7203 changed market, 9984 left and 130A came."""
    toyota = make_issue("7203", company_name="トヨタ自動車", market_code="0111")
    motor = make_issue("7201", company_name="日産自動車", scale_category="TOPIX Mid400")
    kyokuyo = make_issue("1301", company_name="極洋", sector17_code="1", sector33_code="0050", scale_category="-")
    gone = make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250")
    apply_snapshot(FEBRUARY, [toyota, motor, kyokuyo, gone], "jpx")
    renamed = make_issue(
        "1301", company_name="極洋ホールディングス", sector17_code="1", sector33_code="0050", scale_category="-"
    )
    moved = make_issue("7203", company_name="トヨタ自動車", market_code="0112")
    new = make_issue("130A", company_name="Ｖｅｒｉｔａｓ　Ｉｎ　Ｓｉｌｉｃｏ", market_code="0113", scale_category="-")
    apply_snapshot(MARCH, [moved, motor, renamed, new], "jpx", force=True)


@pytest.fixture(autouse=True, scope="session")
def static_files(request: pytest.FixtureRequest) -> None:
    """Pages name them as in production."""
    if is_of_many(request.session) and os.environ["PYTEST_XDIST_WORKER"] == MAKER:
        # Others do this meanwhile.
        request.getfixturevalue("django_db_setup")
    collect_static_files()


@pytest.fixture(autouse=True, scope="session")
def quick_settings() -> Iterator[None]:
    """Production's hash takes a quarter of a second for each user that a test makes, and finding all static files a tenth for
    each client: they are found here when they are asked for.
    """
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True)
def impatience(request: pytest.FixtureRequest, settings: Settings) -> None:
    """As many attempts as in production, without its pauses. An answer is waited for as long as there, because a busy machine
    takes its time for one; but where a test is about answers that never come.
    """
    settings.JQUANTS_REQUESTS = replace(settings.JQUANTS_REQUESTS, backoff_seconds=0.01, wait_after_limit_seconds=0.3)
    settings.YAHOO_REQUESTS = replace(settings.YAHOO_REQUESTS, backoff_seconds=0.01, wait_after_limit_seconds=0.3)
    settings.EDINET_REQUESTS = replace(settings.EDINET_REQUESTS, backoff_seconds=0.01, wait_after_limit_seconds=0.3)
    settings.JPX_REQUESTS = replace(settings.JPX_REQUESTS, backoff_seconds=0.01, wait_after_limit_seconds=0.3)
    if request.node.get_closest_marker("silence"):
        for name in (
            "EDINET_REQUESTS",
            "JPX_REQUESTS",
            "JQUANTS_REQUESTS",
            "YAHOO_REQUESTS",
            "YAHOO_REQUESTS_ON_DEMAND",
        ):
            setattr(settings, name, replace(getattr(settings, name), read_timeout_seconds=1.0))


@pytest.fixture(autouse=True)
def unheard() -> Iterator[None]:
    """What a test sends reaches no worker, unless it asks for one."""
    usual = app.conf.task_default_queue
    app.conf.task_default_queue = f"nobody-{uuid4()}"
    yield
    app.conf.task_default_queue = usual


@pytest.fixture(autouse=True)
def redis_is_asked_again() -> None:
    """What took Redis away a moment ago was another test."""
    state_guard.paused_until = answers_guard.paused_until = 0.0


@contextmanager
def published_lists() -> Iterator[FakeJquants]:
    """A J-Quants that publishes the lists of two days, of 40 issues each; in the second one was renamed."""
    with FakeJquants() as fake:
        issues = [make_issue(str(1301 + step), company_name_english=f"Company {step}") for step in range(40)]
        fake.publish(FEBRUARY, issues)
        fake.publish(MARCH, [make_issue("1301", company_name="極洋ホールディングス"), *issues[1:]])
        yield fake


@pytest.fixture
def jquants() -> Iterator[FakeJquants]:
    """Of the test's own."""
    with published_lists() as fake:
        yield fake


@pytest.fixture
def source(db: None, jquants: FakeJquants) -> DataSource:
    """A V2 source with the right key and without a limit."""
    return make_source(jquants)


@pytest.fixture
def yahoo() -> Iterator[FakeYahoo]:
    """A Yahoo Finance that has a price for every issue of ordinary shares, and never heard of us before."""
    client = get_redis_connection("state")
    for pattern in ("*:pause:*", "*:quote-turn:*", "*limits*yahoo*"):
        for key in client.scan_iter(pattern):
            client.delete(key)
    with FakeYahoo() as fake:
        yield fake


@pytest.fixture
def edinet() -> Iterator[FakeEdinet]:
    """An EDINET with the filers behind `two_lists`."""
    with FakeEdinet() as fake:
        fake.publish(MARCH, [make_row(2144, "7203"), make_row(2142, "7201"), make_row(12, "1301"), make_row(3000)])
        yield fake


@pytest.fixture
def issuer_source(db: None, edinet: FakeEdinet) -> DataSource:
    """The source of issuers, enabled and without a limit."""
    return make_issuer_source(edinet)


@pytest.fixture
def jpx() -> Iterator[FakeJpx]:
    """A JPX that publishes March's list, of 40 issues."""
    with FakeJpx() as fake:
        fake.publish(MARCH, make_rows(40))
        yield fake


@pytest.fixture
def monthly_source(db: None, jpx: FakeJpx) -> DataSource:
    """The source of the monthly list, enabled and without a limit."""
    return make_monthly_source(jpx)


@pytest.fixture
def quote_source(db: None, yahoo: FakeYahoo) -> DataSource:
    """The source of quotes, enabled and without a limit."""
    return make_yahoo_source(yahoo)
