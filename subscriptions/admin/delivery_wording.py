"""Deliveries and attempts in words: what was told, and what came of it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from subscriptions.choices import DeliveryStatus
from subscriptions.models import Delivery, DeliveryAttempt
from subscriptions.told.wording import WordedMessage, word_message
from wording.language import named_language

#: What went wrong before there was an answer, by the channel's code for it.
_ERRORS = {
    "TIMEOUT": _("時間内に応答がありませんでした"),
    "CONNECTION_FAILED": _("つながりませんでした"),
    "CONNECTION_LOST": _("途中で切れました"),
    "TLS_FAILED": _("暗号化した接続を始められませんでした"),
    "MAIL_NOT_SET": _("メールサーバーが設定されていません"),
    "SMTP_SIGN_IN_REFUSED": _("メールサーバーにログインできませんでした"),
    "SERVICE_REFUSED": _("チャットのサービスが断りました"),
    "TLS_ERROR": _("証明書を確かめられませんでした"),
    "ADDRESS_REFUSED": _("アドレスが社内・自機を指すため、送りませんでした"),
    "ADDRESS_UNUSABLE": _("アドレスを使えません"),
    "ADDRESS_UNREADABLE": _("保存されている宛先か署名の鍵を読めません"),
    "REDIRECTED": _("別のアドレスへの転送はたどりません"),
}
_SHOWN_LETTERS = 120


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    """A row of the table of deliveries."""

    delivery: Delivery
    title: str
    status: DeliveryStatus
    last: DeliveryAttempt | None
    outcome: str
    answer: str


def show_delivery(delivery: Any) -> ShownDelivery:
    """With the last attempt, which was loaded beside it (`attempted`)."""
    attempts = list(delivery.attempted.all())
    last = attempts[-1] if attempts else None
    answer = "" if last is None else " ".join(last.answer_start.split())
    return ShownDelivery(
        delivery, title_of(delivery), DeliveryStatus(delivery.status), last, "" if last is None else outcome_of(last),
        answer if len(answer) <= _SHOWN_LETTERS else f"{answer[:_SHOWN_LETTERS]}…",
    )  # fmt: skip


def outcome_of(attempt: DeliveryAttempt) -> str:
    """The status that was answered, or why there is none."""
    known = _ERRORS.get(attempt.error_code)
    if attempt.status_code is not None:
        return f"{attempt.status_code} {known or ''}".strip()
    if not attempt.error_code:
        return gettext("送信済み")
    return f"{known}（{attempt.error_code}）" if known else attempt.error_code


def words_of(delivery: Delivery) -> WordedMessage:
    """What it tells, in the language of the page."""
    return word_message(delivery.message.content, named_language(get_language() or ""))


def title_of(delivery: Delivery) -> str:
    """The same in a line."""
    return words_of(delivery).title
