"""What a revision says of listings: events that came to be known or were taken back, official days, confirmed successions."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from companies.choices import EventType
from companies.events.official import tell_official_days
from companies.feed.revision_changes import RevisionChanges
from companies.issuers.official_dates.models import OfficialDate
from companies.models import Company
from subscriptions.choices import NoticeKind
from subscriptions.told.news import as_text, is_news
from subscriptions.told.told_notice import Notice, ToldNotice
from subscriptions.told.value_names import ValueNames

Row = dict[str, Any]
#: By what an event is the same, however closely its day is known.
_SAME = ("code", "type", "date", "old_value", "new_value")


def listing_notices(changes: RevisionChanges, names: ValueNames) -> list[ToldNotice]:
    """In the order in which they are to be applied: what was taken back first. Inside the state of the database that the changes are of."""
    revision = changes.revision
    found = list(_event_notices(changes, names))
    facts = [(fact, True) for fact in changes.facts_withdrawn] + [(fact, False) for fact in changes.facts_recorded]
    facts = [(fact, is_gone) for fact, is_gone in facts if fact["about"] in _TELL]
    if facts:
        issues = _Issues(fact for fact, _ in facts)
        found += [_TELL[fact["about"]](fact, is_gone, issues, revision.recorded_at) for fact, is_gone in facts]
    for told in found:
        told.notice["is_history"] = told.is_history
    return found


def _event_notices(changes: RevisionChanges, names: ValueNames) -> Iterator[ToldNotice]:
    number, at = changes.revision.number, changes.revision.recorded_at
    gone, appeared = changes.disappeared, changes.appeared
    refined = {_same(event) for event in gone} & {_same(event) for event in appeared}
    for events, is_gone, known_at in ((gone, True, number - 1), (appeared, False, number)):
        for event in tell_official_days(events, known_at):
            notice = _event_notice(event, is_gone=is_gone, names=names, at=at)
            markets = {event["market_code"]}
            if event["type"] == EventType.MARKET_CHANGED:
                markets |= {event["old_value"], event["new_value"]}
            yield ToldNotice(
                notice, frozenset([event["code"]]), frozenset(filter(None, markets)) or None,
                not is_news(event["date"], at), _same(event) in refined,
            )  # fmt: skip


def _same(event: Row) -> tuple[Any, ...]:
    return tuple(event[name] for name in _SAME)


def _event_notice(event: Row, *, is_gone: bool, names: ValueNames, at: datetime) -> Notice:
    kind = event["type"]
    notice = {
        "kind": kind, "code": event["code"], "company_name": event["company_name"], "market_code": event["market_code"],
        "date": as_text(event["date"]), "observed_after": as_text(event["observed_after"]), "old_value": event["old_value"],
        "new_value": event["new_value"], "is_gone": is_gone,
    }  # fmt: skip
    for side in ("old", "new"):
        if (named := names.of(kind, event[f"{side}_value"])) is not None:
            notice[f"{side}_names"] = named
    if event["official_on"] is not None:
        notice["official_on"] = as_text(event["official_on"])
    if event["date"] > timezone.localdate(at):
        # Of a list that came in before its day: nothing has changed yet.
        notice["is_ahead"] = True
    return notice


class _Issues:
    """Names and markets of the issues that facts are of: as they are now, or as they were announced where no list has them yet."""

    def __init__(self, facts: Iterable[Row]) -> None:
        codes = {code for fact in facts for code in _codes(fact)}
        companies = Company.objects.filter(code__in=codes).values_list("code", "company_name", "market_id")
        self._known: dict[str, tuple[str | None, str | None]] = {
            code: (name, market) for code, name, market in companies
        }
        announced = OfficialDate.objects.filter(code__in=codes - self._known.keys()).exclude(company_name=None)
        for code, name in announced.order_by("pk").values_list("code", "company_name"):
            self._known[code] = (name, None)

    def name(self, code: str) -> str | None:
        return self._known.get(code, (None, None))[0]

    def market(self, code: str) -> str | None:
        return self._known.get(code, (None, None))[1]


def _codes(fact: Row) -> list[str]:
    return [fact["predecessor"], fact["successor"]] if fact["about"] == "succession" else [fact["code"]]


def _official_date(fact: Row, is_gone: bool, issues: _Issues, at: datetime) -> ToldNotice:
    code = fact["code"]
    market = issues.market(code)
    notice = {
        "kind": NoticeKind.OFFICIAL_DATE.value, "code": code, "company_name": issues.name(code), "market_code": market,
        "date": as_text(fact["date"]), "observed_after": None, "old_value": None, "new_value": fact["kind"],
        "reason": fact["reason"], "is_gone": is_gone,
    }  # fmt: skip
    markets = None if market is None else frozenset([market])
    return ToldNotice(notice, frozenset([code]), markets, not is_news(fact["date"], at))


def _succession(fact: Row, is_gone: bool, issues: _Issues, at: datetime) -> ToldNotice:
    """Of both issues; named by the one that goes on."""
    before, after = fact["predecessor"], fact["successor"]
    notice = {
        "kind": NoticeKind.SUCCESSION.value, "code": after, "company_name": issues.name(after), "market_code": issues.market(after),
        "date": as_text(fact["date"]), "observed_after": None, "old_value": before, "new_value": after,
        "predecessor_name": issues.name(before), "succession_kind": fact["kind"], "is_gone": is_gone,
    }  # fmt: skip
    markets = {issues.market(before), issues.market(after)}
    known = None if None in markets else frozenset(str(market) for market in markets)
    return ToldNotice(notice, frozenset([before, after]), known, not is_news(fact["date"], at))


_TELL = {"official_date": _official_date, "succession": _succession}
