"""A line on an issue, in the language that is set."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from companies.events.intervals import describe_when
from companies.issuers.lineage.models import SuccessionKind
from companies.issuers.official_dates.models import OfficialDateKind
from subscriptions.choices import NoticeKind

Notice = Mapping[str, Any]


def issue_of(notice: Notice) -> str:
    """The issue as people write it."""
    name, code = notice["company_name"], notice["code"]
    return gettext("{name} ({code})").format(name=name, code=code) if name else str(code)


def listing_line(notice: Notice, language: str) -> str:
    """What happened to which issue, and when; or that this is not so any more."""
    text = _TELL.get(notice["kind"], _event)(notice, language)
    return gettext("取り消し: {text}").format(text=text) if notice["is_gone"] else text


def _event(notice: Notice, language: str) -> str:
    told = {
        "issue": issue_of(notice), "label": NoticeKind(notice["kind"]).label, "old": _name(notice, "old", language),
        "new": _name(notice, "new", language), "when": _when(notice),
    }  # fmt: skip
    has_both = notice["old_value"] is not None and notice["new_value"] is not None
    text = gettext("{issue} {label}: {old} → {new}（{when}）") if has_both else gettext("{issue} {label}（{when}）")
    return text.format(**told)


def _when(notice: Notice) -> str:
    """The day that the exchange told, else as the lists tell."""
    if official_on := notice.get("official_on"):
        return gettext("公式の日 {day}").format(day=official_on)
    if notice.get("is_ahead"):
        return gettext("{day} から").format(day=notice["date"])
    after = notice["observed_after"]
    return describe_when(date.fromisoformat(after) if after else None, date.fromisoformat(notice["date"]))


def _name(notice: Notice, side: str, language: str) -> str:
    value = notice[f"{side}_value"]
    names = notice.get(f"{side}_names") or {}
    return str(names.get(language) or value or "")


def _official_date(notice: Notice, language: str) -> str:
    told = {"issue": issue_of(notice), "label": OfficialDateKind(notice["new_value"]).label, "day": notice["date"]}
    if notice.get("reason"):
        return gettext("{issue} {label}の公式の日: {day}（{reason}）").format(**told, reason=notice["reason"])
    return gettext("{issue} {label}の公式の日: {day}").format(**told)


def _succession(notice: Notice, language: str) -> str:
    before = {"company_name": notice.get("predecessor_name"), "code": notice["old_value"]}
    return gettext("承継の確認: {before} → {after}（{kind}、{day}）").format(
        before=issue_of(before), after=issue_of(notice), kind=SuccessionKind(notice["succession_kind"]).label,
        day=notice["date"],
    )  # fmt: skip


def _entered(notice: Notice, language: str) -> str:
    return gettext("{issue} が「{view}」に入りました").format(issue=issue_of(notice), view=notice["saved_view"])


def _left(notice: Notice, language: str) -> str:
    return gettext("{issue} が「{view}」から出ました").format(issue=issue_of(notice), view=notice["saved_view"])


_TELL = {
    NoticeKind.OFFICIAL_DATE: _official_date,
    NoticeKind.SUCCESSION: _succession,
    NoticeKind.VIEW_ENTERED: _entered,
    NoticeKind.VIEW_LEFT: _left,
}
