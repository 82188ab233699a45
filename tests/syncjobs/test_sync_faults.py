"""One run for each fault of the other side: by a real worker, over real HTTP, on the real database."""

from collections.abc import Callable
from typing import Any

import pytest

from companies.models import Company, ListingEvent, ListingSnapshot
from datasources.credentials import Credentials, store_credentials
from datasources.models import DataSource
from masters.models import Market
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.runs import start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_source
from tests.fakes.jquants import API_KEY, FakeJquants
from tests.syncjobs.worker import Worker, wait_for_end

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def source(worker: Worker, jquants: FakeJquants) -> DataSource:
    """A source that the worker can reach, with February's list applied and March's to come."""
    made = make_source(jquants)
    jquants.latest = FEBRUARY
    assert sync(made).status == "completed"
    jquants.latest = MARCH
    return made


def sync(source: DataSource, **how: Any) -> SyncRun:
    return wait_for_end(start_listing_run(source, requested_by="test", **how))


def ledger() -> list[Any]:
    """Everything that a run could have changed."""
    return [
        list(Company.objects.order_by("code").values()),
        list(ListingSnapshot.objects.order_by("id").values_list("date_in_force", "sha256", "is_superseded")),
        list(ListingEvent.objects.order_by("id").values()),
    ]


def assert_repaired(source: DataSource, jquants: FakeJquants) -> None:
    """The next good run brings in what the bad one did not."""
    jquants.heal()
    run = sync(source)
    assert (run.status, run.date_in_force, run.updated_companies) == ("completed", MARCH, 1)
    assert Company.objects.get(code="1301").company_name == "極洋ホールディングス"
    assert not SyncRun.objects.filter(status="needs_review").exists()


@pytest.mark.parametrize(
    ("fault", "times", "code", "words"),
    [
        ("500", 4, "SERVER_ERROR", "J-Quants のサーバーで障害が起きています（HTTP 500）"),
        ("503", 4, "SERVER_ERROR", "J-Quants のサーバーで障害が起きています（HTTP 503）"),
        ("429", 4, "RATE_LIMITED", "契約プランの設定"),
        ("cut", 4, "UNREACHABLE", "途中で切断"),
        ("html", 4, "UNEXPECTED_RESPONSE", "応答が HTML です"),
        ("invalid_json", 4, "UNEXPECTED_RESPONSE", "応答が JSON でないデータ です"),
        ("endless", 1, "ENDLESS_PAGINATION", "取得しても終わりません"),
        ("repeated_key", 1, "ENDLESS_PAGINATION", "同じ pagination_key が繰り返されました"),
        ("plan", 1, "PLAN_LIMIT", "契約プランの対象外"),
        ("wrong_type", 1, "INVALID_ROW", "1 行目（Code 13010） の CoName"),
        ("nul_in_name", 1, "INVALID_ROW", "「CoName」: 制御文字 U+0000"),
        ("surrogate_in_code", 1, "INVALID_ROW", "「Code」: 文字ではない値 U+D800"),
        ("market_too_long", 1, "INVALID_ROW", "「Mkt」: 「0111-0112」"),
    ],
)
def test_what_cannot_be_read_fails_with_the_reason_and_changes_nothing(
    fault: str, times: int, code: str, words: str, source: DataSource, jquants: FakeJquants
) -> None:
    before = ledger()
    jquants.fail(fault, times=times)

    run = sync(source)

    assert (run.status, run.error_code) == ("failed", code)
    assert words in run.error_message
    assert ledger() == before
    assert_repaired(source, jquants)


@pytest.mark.silence
def test_an_answer_that_does_not_come_in_time_fails_with_the_reason_and_changes_nothing(jquants: FakeJquants) -> None:
    """Worked on here: the worker waits for answers as long as in production."""
    made = make_source(jquants)
    execute_run(start_listing_run(made, requested_by="test", day=FEBRUARY).pk)
    before = ledger()
    jquants.fail("timeout", times=4)
    run = start_listing_run(made, requested_by="test")

    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "TIMEOUT")
    assert "時間内に応答がありません" in run.error_message
    assert ledger() == before


@pytest.mark.parametrize(
    ("fault", "code", "words", "can_be_approved"),
    [
        ("truncated", "TOO_FEW_ROWS", "20 件しかなく", True),
        ("lost_letters", "GARBLED_TEXT", "最初は 1301「見本〈U+FFFD〉水産」", True),
        ("garbled", "GARBLED_TEXT", "文字化けした（変換で失われた）文字を含む銘柄が", True),
        ("one_market", "UNUSUAL_CHANGES", "市場区分変更が 40 件", True),
        ("empty", "EMPTY", "一覧が空です", False),
        ("duplicates", "DUPLICATE_CODE", "同じコードが 2 回以上現れます: 1301", False),
        ("no_code", "INCOMPLETE_ROW", "最初は 1 件目", False),
        ("no_name", "INCOMPLETE_ROW", "コード「1301」", False),
    ],
)
def test_what_cannot_be_the_list_waits_for_a_person_and_changes_nothing(
    fault: str, code: str, words: str, can_be_approved: bool, source: DataSource, jquants: FakeJquants
) -> None:
    before = ledger()
    jquants.fail(fault)

    run = sync(source)

    assert (run.status, run.error_code) == ("needs_review", code)
    assert words in run.error_message
    assert run.review is not None
    assert run.review["can_be_approved"] is can_be_approved
    assert ledger() == before
    assert_repaired(source, jquants)


def test_a_list_of_another_day_than_asked_for_fails_and_changes_nothing(
    source: DataSource, jquants: FakeJquants
) -> None:
    before = ledger()
    jquants.fail("old_day")

    run = sync(source, day=MARCH)

    assert (run.status, run.error_code) == ("failed", "UNEXPECTED_DATE")
    assert ledger() == before
    assert_repaired(source, jquants)


def test_an_unknown_market_is_taken_in_with_its_name(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("unknown_market")

    run = sync(source)

    assert run.status == "completed"
    assert Market.objects.get(code="0199").name == "ネクスト"
    assert Company.objects.get(code="1301").market_id == "0199"


def test_fields_that_are_null_change_nothing(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("nulls")

    run = sync(source)

    assert (run.status, run.updated_companies) == ("completed", 1)
    assert set(ListingEvent.objects.values_list("event_type", flat=True)) == {"renamed"}
    assert Company.objects.get(code="1302").market_id == "0111"


def test_a_wrong_key_fails_with_the_remedy(source: DataSource, jquants: FakeJquants) -> None:
    store_credentials(source, Credentials("wrong-key-wrong-key"))
    before = ledger()

    run = sync(source)

    assert (run.status, run.error_code) == ("failed", "FORBIDDEN")
    assert "API キーが正しいか確認してください" in run.error_message
    assert ledger() == before
    source.refresh_from_db()
    assert source.last_check_code == "FORBIDDEN"
    store_credentials(source, Credentials(API_KEY))
    assert_repaired(source, jquants)


@pytest.mark.parametrize(
    "expire", [lambda fake: fake.id_tokens.clear(), lambda fake: (fake.id_tokens.clear(), fake.refresh_tokens.clear())]
)
def test_expired_v1_tokens_are_renewed_within_the_run(
    expire: Callable[[FakeJquants], None], worker: Worker, jquants: FakeJquants
) -> None:
    v1 = make_source(jquants, "v1")
    jquants.latest = FEBRUARY
    assert sync(v1).status == "completed"
    jquants.latest = MARCH
    expire(jquants)

    assert_repaired(v1, jquants)


def test_a_v1_account_with_a_wrong_password_fails_with_the_remedy(worker: Worker, jquants: FakeJquants) -> None:
    v1 = make_source(jquants, "v1")
    store_credentials(v1, Credentials("", "operator@example.com", "wrong-password"))

    run = sync(v1)

    assert (run.status, run.error_code) == ("failed", "INVALID_CREDENTIALS")
    assert "メールアドレスとパスワードを確認" in run.error_message
