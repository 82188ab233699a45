"""What messages say to people, in both languages, of what they contain alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.choices import EventType
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from subscriptions.choices import NoticeKind
from subscriptions.models import SavedView, Subscription
from subscriptions.outbox.entries import record_entry
from subscriptions.told.wording import LONGEST_LINE, MOST_LINES, WordedMessage, word_message
from tests.factories import make_codes
from tests.subscriptions.told.followers import (
    apply_list,
    contents,
    days_ago,
    follow,
    make_destination,
    make_person,
    nissan,
    plan,
    toyota,
)

LAST_WEEK, BEFORE, YESTERDAY = days_ago(7).isoformat(), days_ago(2).isoformat(), days_ago(1).isoformat()


@pytest.fixture
def ledger(db: None) -> None:
    """A list of last week."""
    apply_list(days_ago(7), toyota(), nissan())


def worded(subscription: Subscription, language: str = "ja") -> list[WordedMessage]:
    return [word_message(content, language) for content in contents(subscription)]


def event(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "renamed", "code": "7203", "company_name": "新", "market_code": "0111", "date": "2026-11-26",
        "observed_after": "2026-11-25", "old_value": "旧", "new_value": "新", "is_gone": False, "is_history": False, **fields,
    }  # fmt: skip


def message(*notices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    values = {
        "type": "listing_events", "revision": 2, "date_in_force": "2026-11-26", "is_history": False, "part": 1, "parts": 1,
        "total": len(notices), "notices": list(notices),
    }  # fmt: skip
    return {**values, **fields}


def test_a_renaming_is_told(ledger: None) -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    plan()

    assert worded(subscription) == [
        WordedMessage(
            "トヨタ (7203) 銘柄名変更",
            [f"トヨタ (7203) 銘柄名変更: トヨタ自動車 → トヨタ（{LAST_WEEK} 〜 {YESTERDAY} の間）"],
            0,
        )
    ]
    assert worded(subscription, "en") == [
        WordedMessage(
            "トヨタ (7203) Renamed",
            [f"トヨタ (7203) Renamed: トヨタ自動車 → トヨタ (Between {LAST_WEEK} and {YESTERDAY})"],
            0,
        )
    ]


def test_values_have_the_names_that_they_had_when_it_happened(ledger: None, django_assert_num_queries: Any) -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(market_code="0113"), nissan())
    plan()
    [content] = contents(subscription)

    with django_assert_num_queries(0):
        lines = [word_message(content, language).lines[0] for language in ("ja", "en")]
    assert lines == [
        f"トヨタ自動車 (7203) 市場区分変更: プライム → グロース（{LAST_WEEK} 〜 {YESTERDAY} の間）",
        f"トヨタ自動車 (7203) Market segment changed: Prime → Growth (Between {LAST_WEEK} and {YESTERDAY})",
    ]


def test_what_was_taken_back_says_so(ledger: None) -> None:
    subscription = follow(make_person())
    apply_list(days_ago(1), toyota(), nissan(company_name="日産"))
    plan()
    withdraw_entry(ListingSnapshot.objects.latest("pk").pk, reason="誤り", withdrawn_by="tester")
    plan()

    last = worded(subscription)[-1]
    assert last.title == "取り消し: 日産 (7201) 銘柄名変更"
    assert last.lines[0].startswith("取り消し: 日産 (7201) 銘柄名変更: 日産自動車 → 日産")


def test_between_neighbouring_days_the_day_is_told() -> None:
    assert word_message(message(event()), "ja").lines == ["新 (7203) 銘柄名変更: 旧 → 新（2026-11-26）"]


def test_the_official_day_goes_before_what_lists_tell() -> None:
    gone = event(kind="delisted", new_value=None, observed_after="2026-10-31", official_on="2026-11-20")

    assert word_message(message(gone), "ja").lines == ["新 (7203) 上場廃止（公式の日 2026-11-20）"]


def test_many_are_counted_and_those_without_a_line_too() -> None:
    told = word_message(message(*(event(code=code) for code in make_codes(40))), "ja")

    assert (told.title, len(told.lines), told.more) == ("銘柄の変化 40 件（2026-11-26 の一覧）", MOST_LINES, 10)


def test_parts_and_history_are_named() -> None:
    part = message(event(), event(), part=2, parts=3, total=1002, is_history=True)

    assert word_message(part, "ja").title == "過去の補完: 銘柄の変化 1,002 件（2026-11-26 の一覧）（2/3）"


def test_what_a_source_wrote_without_end_or_in_lines_is_one_bounded_line() -> None:
    [line] = word_message(message(event(new_value="長\n" * 600)), "ja").lines

    assert (len(line), line[-1], "\n" in line) == (LONGEST_LINE, "…", False)


def test_a_digest_says_how_many(ledger: None) -> None:
    told = word_message(message(event(), event(), type="digest", date_in_force=None), "ja")

    assert told.title == "前回からのまとめ 2 件"


def test_what_enters_a_view_is_told_with_its_name(ledger: None) -> None:
    owner = make_person()
    view = SavedView.objects.create(owner=owner, name="成長株", page="companies_company", query="market=0113")
    subscription = follow(owner, "view_entered", "market_changed", saved_view=view)
    apply_list(days_ago(1), toyota(market_code="0113"), nissan())
    plan()

    [told] = worded(subscription)
    assert told.title == f"「成長株」の変化 2 件（{YESTERDAY} の一覧）"
    assert told.lines[0] == "トヨタ自動車 (7203) が「成長株」に入りました"


def test_an_official_day_is_told_with_its_reason(ledger: None) -> None:
    subscription = follow(make_person(), "official_date")
    day = timezone.localdate() + timedelta(days=30)
    import_official_dates([OfficialDay("7201", "delisted", day, "完全子会社化")], origin="CSV", covers=[], force=True)
    plan()

    assert worded(subscription)[0].lines == [f"日産自動車 (7201) 上場廃止の公式の日: {day}（完全子会社化）"]


def test_a_paused_destination_says_which_and_why(db: None) -> None:
    owner = make_person()
    paused = make_destination(owner, "監視", status="paused", status_reason="gone")
    place = make_destination(owner)
    record_entry("destination_paused", subject={"destination": paused.pk}, owner=owner)
    plan()

    told = word_message(contents(destination=place)[0], "ja")
    assert told.lines == ["通知先「監視」を停止しました: 受信側が終了を知らせました（410 Gone、または存在しない宛先）"]
    assert told.title == told.lines[0]


def test_a_test_has_a_title(db: None) -> None:
    told = word_message(message(type="test"), "ja")

    assert told == WordedMessage("テスト送信: 届いていれば、この通知先の設定は完了です", [], 0)


OPERATION: dict[str, dict[str, Any]] = {
    "revision": {"revision_kind": "applied", "date": "2026-11-26", "is_unreadable": False},
    "run_failed": {"run_kind": "listing", "source_name": "J-Quants", "requested_date": "2026-11-26", "range_end": None,
                   "date": "2026-11-26", "error_code": "TIMEOUT", "error_message": ""},
    "review_needed": {"run_kind": "backfill", "source_name": "J-Quants", "requested_date": "2026-11-01",
                      "range_end": "2026-11-26", "date": None, "error_code": "", "error_message": ""},
    "list_too_old": {"day": "2026-11-20", "days_behind": 12},
    "source_ending": {"source_name": "J-Quants", "ends_on": "2026-12-01", "days_left": 5},
    "key_ending": {"key_name": "J-Quants", "prefix": "mgr_abcdef", "expires_at": "2026-12-01T00:00:00+09:00", "days_left": 0},
    "proof_failed": {"differences": 2, "until_revision": 1200, "first_differences": ["7203"]},
    "difference_found": {"event": "delisted", "agreement": "only_official", "cause": "", "official_on": "2026-11-20", "day": None,
                         "observed_after": None, "code": "7203", "company_name": "A"},
    "destination_paused": {"destination_name": "監視", "shown_address": "", "reason": ""},
    "subscription_ended": {"subscription_name": "改名", "saved_view": "成長株", "reason": "rights_lost"},
}  # fmt: skip
SAID = {
    "revision": "台帳の改訂: 一覧の取込（2026-11-26 の一覧）",
    "run_failed": "同期の失敗: J-Quants 一覧の同期（2026-11-26） TIMEOUT",
    "review_needed": "確認が必要な同期: J-Quants 期間の一括取得（2026-11-01 から 2026-11-26）",
    "list_too_old": "一覧が古い: 最新の一覧は 2026-11-20 のもので、12 日遅れています。管理画面の「同期」と「定期実行」を確認してください。",
    "source_ending": "データソース「J-Quants」の契約は 2026-12-01 までです（あと 5 日）。更新したら、データソースの「契約の終了日」も直してください。",
    "key_ending": (
        "API キー「J-Quants」（mgr_abcdef…）は 2026-12-01 00:00 に期限が切れます（今日）。"
        "管理画面の「API キー」で新しいキーを作り、使っている所で置き換えてください。"
    ),
    "proof_failed": (
        "履歴の検証で相違 2 件（改訂 1,200 まで）。管理画面の「履歴の検証」を確認してください。 最初の相違: 7203"
    ),
    "difference_found": "公式の日との新しい相違: A (7203) 上場廃止、公式だけ（公式の日 2026-11-20）",
    "destination_paused": "通知先「監視」を停止しました",
    "subscription_ended": "購読「改名」を停止しました: 保存した表示の一覧を見る権限がなくなりました（表示「成長株」）",
}


@pytest.mark.parametrize("kind", OPERATION)
def test_what_concerns_the_operation_is_one_line_and_the_title(kind: str) -> None:
    told = word_message(message({"kind": kind, **OPERATION[kind]}, type="operation"), "ja")

    assert (told.title, told.lines) == (SAID[kind], [SAID[kind]])


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind != NoticeKind.TEST])
def test_no_kind_is_without_words_in_english(kind: NoticeKind) -> None:
    notice = event(kind=kind.value, saved_view="V", company_name="A", predecessor_name="B", succession_kind="merger")
    notice |= {"old_value": "1301", "new_value": "listed" if kind == NoticeKind.OFFICIAL_DATE else "1302"}
    notice |= OPERATION.get(kind.value, {})

    told = word_message(message(notice), "en")

    japanese = [letter for text in (told.title, *told.lines) for letter in text if letter > "\u3000"]
    assert [letter for letter in japanese if letter not in "監視改名成長株"] == []
    assert told.lines[0]


def test_every_kind_of_event_has_words() -> None:
    for kind in EventType:
        assert word_message(message(event(kind=kind.value)), "ja").title == f"新 (7203) {kind.label}"
