"""A line on the ledger as such, on the operation, and on telling itself, in the language that is set."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext

from companies.choices import RevisionKind
from subscriptions.choices import InactiveReason, NoticeKind, PauseReason
from subscriptions.told.condition_wording import CONDITION_LINES
from syncjobs.choices import RunKind
from syncjobs.recorded_texts import show_recorded

Notice = Mapping[str, Any]


def operation_line(notice: Notice) -> str:
    """What happened."""
    return _TELL.get(notice["kind"], _condition)(notice)


def _revision(notice: Notice) -> str:
    kind, day = notice["revision_kind"], notice["date"]
    label = RevisionKind(kind).label if kind in RevisionKind.values else kind or gettext("不明")
    if notice.get("is_unreadable"):
        return gettext(
            "改訂の内容を読めなかったため、何が変わったかを知らせられません（{label}）。運用担当者は verify_history で履歴を検証してください。"
        ).format(label=label)
    return (
        gettext("台帳の改訂: {label}（{day} の一覧）").format(label=label, day=day)
        if day
        else gettext("台帳の改訂: {label}").format(label=label)
    )


def _run(notice: Notice) -> str:
    first, last, kind = notice["requested_date"], notice["range_end"], notice["run_kind"]
    days = gettext("{first} から {last}").format(first=first, last=last) if last else notice["date"] or gettext("最新")
    told = {
        "label": NoticeKind(notice["kind"]).label, "source": notice["source_name"],
        "run": RunKind(kind).label if kind in RunKind.values else kind, "days": days,
        "problem": show_recorded(notice["error_message"]) or notice["error_code"],
    }  # fmt: skip
    text = gettext("{label}: {source} {run}（{days}）")
    return (text + gettext(" {problem}") if told["problem"] else text).format(**told)


def _condition(notice: Notice) -> str:
    """Of what only time makes true: the label, and what is known of it."""
    kind = notice["kind"]
    label = NoticeKind(kind).label if kind in NoticeKind.values else kind
    told = [str(notice[name]) for name in ("name", "text", "day") if notice.get(name)]
    return gettext("{label}: {told}").format(label=label, told=gettext("、").join(told)) if told else str(label)


def _paused(notice: Notice) -> str:
    reason = notice["reason"]
    label = PauseReason(reason).label if reason in PauseReason.values else reason
    told = {"name": notice["destination_name"], "address": notice["shown_address"], "reason": label}
    text = gettext("通知先「{name}」を停止しました: {reason}") if reason else gettext("通知先「{name}」を停止しました")
    return text.format(**told)


def _ended(notice: Notice) -> str:
    reason = notice["reason"]
    label = InactiveReason(reason).label if reason in InactiveReason.values else reason
    return gettext("購読「{name}」を停止しました: {reason}（表示「{view}」）").format(
        name=notice["subscription_name"], reason=label, view=notice["saved_view"]
    )


_TELL: dict[str, Callable[[Notice], str]] = {
    NoticeKind.REVISION: _revision,
    NoticeKind.RUN_FAILED: _run,
    NoticeKind.REVIEW_NEEDED: _run,
    NoticeKind.DESTINATION_PAUSED: _paused,
    NoticeKind.SUBSCRIPTION_ENDED: _ended,
    **CONDITION_LINES,
}
