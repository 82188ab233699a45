"""A line on what only time makes true (`subscriptions.told.conditions`), with the next step, in the language that is set."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from companies.choices import EventType
from companies.issuers.official_dates.causes import Agreement, Cause
from subscriptions.choices import NoticeKind
from subscriptions.told.listing_wording import issue_of

Notice = Mapping[str, Any]


def _list_too_old(notice: Notice) -> str:
    return gettext(
        "一覧が古い: 最新の一覧は {day} のもので、{days:,} 日遅れています。管理画面の「同期」と「定期実行」を確認してください。"
    ).format(day=notice["day"], days=notice["days_behind"])


def _source_ending(notice: Notice) -> str:
    return gettext(
        "データソース「{name}」の契約は {day} までです（{left}）。更新したら、データソースの「契約の終了日」も直してください。"
    ).format(name=notice["source_name"], day=notice["ends_on"], left=_left(notice["days_left"]))


def _key_ending(notice: Notice) -> str:
    at = timezone.localtime(datetime.fromisoformat(notice["expires_at"]))
    return gettext(
        "API キー「{name}」（{prefix}…）は {at} に期限が切れます（{left}）。"
        "管理画面の「API キー」で新しいキーを作り、使っている所で置き換えてください。"
    ).format(
        name=notice["key_name"], prefix=notice["prefix"], at=f"{at:%Y-%m-%d %H:%M}", left=_left(notice["days_left"])
    )


def _left(days: int) -> str:
    return gettext("あと {days} 日").format(days=days) if days else gettext("今日")


def _proof_failed(notice: Notice) -> str:
    text = gettext(
        "履歴の検証で相違 {count:,} 件（改訂 {number:,} まで）。管理画面の「履歴の検証」を確認してください。"
    ).format(count=notice["differences"], number=notice["until_revision"])
    first = next(iter(notice["first_differences"]), "")
    return gettext("{text} 最初の相違: {first}").format(text=text, first=first) if first else text


def _difference_found(notice: Notice) -> str:
    if (count := notice.get("differences")) is not None:
        return gettext(
            "公式の日との新しい相違 {count:,} 件。管理画面の「公式の日と一覧の照合」を確認してください。"
        ).format(count=count)
    days = [gettext("公式の日 {day}").format(day=notice["official_on"])] if notice["official_on"] else []
    if notice["day"]:
        after = notice["observed_after"]
        days.append(
            gettext("一覧では {after} より後、{day} まで").format(after=after, day=notice["day"])
            if after
            else gettext("一覧では {day} まで").format(day=notice["day"])
        )
    return gettext("公式の日との新しい相違: {issue} {event}、{agreement}{cause}（{days}）").format(
        issue=issue_of(notice), event=EventType(notice["event"]).label, agreement=Agreement(notice["agreement"]).label,
        cause=gettext("、{cause}").format(cause=Cause(notice["cause"]).label) if notice["cause"] else "",
        days=gettext("、").join(days),
    )  # fmt: skip


CONDITION_LINES: dict[str, Callable[[Notice], str]] = {
    NoticeKind.LIST_TOO_OLD: _list_too_old,
    NoticeKind.SOURCE_ENDING: _source_ending,
    NoticeKind.KEY_ENDING: _key_ending,
    NoticeKind.PROOF_FAILED: _proof_failed,
    NoticeKind.DIFFERENCE_FOUND: _difference_found,
}
