"""How a destination stands, in words: why, since when, and what to do now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext

from subscriptions.choices import Channel, DestinationStatus, PauseReason
from subscriptions.destinations.readable import is_readable, remedy_of
from subscriptions.destinations.silence import find_silence
from subscriptions.models import Destination


def describe_reason(destination: Destination) -> str:
    """Why nothing arrives and since when, in a line of a list; empty where all is well."""
    if not is_readable(destination):
        return gettext("宛先を読めません（暗号鍵が違います）")
    if destination.status == DestinationStatus.ACTIVE:
        if silence := find_silence(destination, timezone.now()):
            return str(silence.label)
        if not destination.failures or destination.failing_since is None:
            return ""
        return gettext("{since} から送れていません").format(since=_moment(destination.failing_since))
    reason = PauseReason(destination.status_reason).label if destination.status_reason else gettext("コードの入力待ち")
    return gettext("{reason}（{since} から）").format(reason=reason, since=_moment(destination.status_changed_at))


@dataclass(frozen=True, slots=True)
class Standing:
    """For the page of one: a sentence on how it is, one on what to do, and whether it is urgent."""

    words: str
    advice: str = ""
    is_bad: bool = False


def describe_standing(destination: Destination) -> Standing:
    """All that its row says."""
    if not is_readable(destination):
        return Standing(
            gettext("保存されている宛先か署名の鍵を、いまの ENCRYPTION_KEYS では読めないため、送れません。"), remedy_of(destination), is_bad=True
        )  # fmt: skip
    if destination.status == DestinationStatus.UNCONFIRMED:
        return Standing(
            gettext(
                "このメールアドレスはまだ確認されていません。確認するまで何も送りません。それまでに起きたことは、確認した後も送りません。"
            ),
            gettext(
                "届いたコードを入力してください。届かないときは、迷惑メールに入っていないかを確かめ、もう一度送ってください。"
            ),
        )
    if destination.status == DestinationStatus.ACTIVE:
        return _of_active(destination)
    return _of_stopped(destination)


def _of_stopped(destination: Destination) -> Standing:
    since = _moment(destination.status_changed_at)
    if destination.status_reason == PauseReason.KEEPS_FAILING:
        return Standing(
            gettext("3 日間送れなかったため、{since} に停止しました。起きたことは 30 日間、送らずに残します。").format(since=since),
            gettext("下の「最近の配信」で何が起きたかを確かめ、受け取る側を直してから再開してください。"), is_bad=True,
        )  # fmt: skip
    if destination.status_reason == PauseReason.GONE:
        return Standing(
            gettext("受け取る側が「もう受け取らない」（410 Gone、または存在しない宛先）と答えたため、{since} に終了しました。").format(since=since),
            gettext("受け取る側が変わったときは、Webhook なら宛先を変え、ほかは作り直してください。使わないときは削除してください。"), is_bad=True,
        )  # fmt: skip
    if destination.status == DestinationStatus.ENDED:
        return Standing(gettext("{since} に終了しました。").format(since=since), is_bad=True)
    return Standing(
        gettext("{since} に手動で停止しました。起きたことは 30 日間、送らずに残します。").format(since=since),
        gettext("「再開」を押すと、待っているものを送るか、送らずに始めるかを選べます。"),
    )


def _of_active(destination: Destination) -> Standing:
    if silence := find_silence(destination, timezone.now()):
        return Standing(
            gettext("{reason}。この間に起きたことは、後からも送りません。").format(reason=silence.label),
            gettext("使い続けるには、管理画面で通知先を作り直してください。"), is_bad=True,
        )  # fmt: skip
    if destination.channel == Channel.ATOM:
        return Standing(gettext("読まれるのを待つフィードです。こちらからは何も送りません。"))
    if destination.failures and destination.failing_since is not None:
        return Standing(
            gettext("{since} から送れていません（続けて {count:,} 回失敗）。3 日続くと停止し、お知らせします。").format(
                since=_moment(destination.failing_since), count=destination.failures
            ),
            gettext(
                "下の「最近の配信」で応答を確かめ、受け取る側を直してください。次は {at} に自動で試します。"
            ).format(at=_moment(destination.next_attempt_at)),
            is_bad=True,
        )
    if destination.last_delivered_at is None:
        return Standing(gettext("まだ何も届いていません。"), gettext("「テスト送信」で届くことを確かめられます。"))
    return Standing(gettext("最後に送れたのは {at} です。").format(at=_moment(destination.last_delivered_at)))  # fmt: skip


def _moment(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
