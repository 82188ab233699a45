"""What happened to a company, newest first, with what is not known of it: days between two lists, and times without any list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from operator import itemgetter

from django.utils import timezone
from django.utils.translation import gettext

from companies.admin.company_past import CompanyPast
from companies.choices import EventType, ScaleCategory
from companies.events.derivation import Event
from companies.events.intervals import describe_when, first_possible_day
from companies.fields import COMPANY_FIELDS
from companies.issuers.official_dates.models import OfficialDate, OfficialDateKind
from companies.models import Company, ListingSnapshot

#: Days between two lists from which on it is said that there is none: more than a monthly list may be late.
LONG_GAP_DAYS = 45
#: Of a state, what a listing or delisting tells in a line.
_CLASSES = ("market_code", "sector33_code", "scale_category")
_ORDER = {str(kind): place for place, kind in enumerate(EventType)}


@dataclass(frozen=True, slots=True)
class Kin:
    """What is confirmed to have come of a company, and what it came of: codes, with the company where there is one."""

    successors: list[tuple[str, Company | None]] = field(default_factory=list)
    predecessors: list[tuple[str, Company | None]] = field(default_factory=list)


NO_KIN = Kin()


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: its changes as (field, before, after), or what was listed. `related` are the codes and companies that came of it,
    or that it came of, as `related_as` says.
    """

    kind: EventType
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    state: str = ""
    reason: str = ""
    related: list[tuple[str, Company | None]] = field(default_factory=list)
    related_as: str = ""

    @property
    def names_fields(self) -> bool:
        """Whether the name of the event does not say already what changed."""
        return len(self.changes) > 1 or self.kind in (EventType.SECTOR_CHANGED, EventType.RENAMED)


@dataclass(frozen=True, slots=True)
class Moment:
    """One place of the timeline: something that happened (`happenings`), or a time of which nothing can be said (`sentence` alone).

    `when` is a day or the span in which it came about, `notes` how far that is known, `entry` the list that showed it first.
    """

    place: tuple[date, int]
    when: str = ""
    day: date | None = None
    notes: list[str] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    sentence: str = ""
    entry: ListingSnapshot | None = None


def timeline(past: CompanyPast, kin: Kin = NO_KIN) -> list[Moment]:
    """Newest first."""
    found = [*_ends(past), *_happened(past, kin), *_absences(past), *_times_without_lists(past), *_only_official(past)]
    return sorted(found, key=lambda moment: moment.place, reverse=True)


def is_uncertain(moments: Sequence[Moment]) -> bool:
    """Whether any of them is told by a span."""
    return any(moment.happenings and moment.day is None for moment in moments)


def _happened(past: CompanyPast, kin: Kin) -> Iterator[Moment]:
    for day, events in groupby(past.events, key=itemgetter("date")):
        together = sorted(events, key=lambda event: _ORDER[event["type"]])
        after = together[0]["observed_after"]
        official = next((event["official"] for event in together if event["official"]), None)
        span, notes = describe_when(after, day), []
        if official is not None:
            notes.append(gettext("公式の日（出所: {origin}）").format(origin=official.origin))
            if span != official.official_on.isoformat():
                notes.append(gettext("一覧では {span}").format(span=span))
        elif after is not None and (day - after).days > LONG_GAP_DAYS:
            notes.append(gettext("一覧のない {days:,} 日の間").format(days=(day - after).days))
        exact = day if after is None or first_possible_day(after, day) == day else None
        known = official.official_on if official is not None else exact
        when = known.isoformat() if known else span
        happenings = [_tell(past, event, kin) for event in together]
        yield Moment((day, 1), when, known, notes, happenings, entry=past.entries.get(day))


def _tell(past: CompanyPast, event: Event, kin: Kin) -> Happening:
    kind = EventType(event["type"])
    official: OfficialDate | None = event["official"]
    reason = (official.reason or "") if official and kind is EventType.DELISTED else ""
    if kind in (EventType.LISTED, EventType.RELISTED, EventType.DELISTED):
        place = 0 if kind is EventType.DELISTED else 1
        values = {name: event["changes"][name][place] for name in _CLASSES}
        words = [past.wording.name(name, value) for name, value in values.items() if value != ScaleCategory.NONE]
        state = gettext("・").join(word for word in (event["company_name"], *words) if word)
        related_as, related = "", list[tuple[str, Company | None]]()
        if event is past.delisting:
            related_as, related = gettext("後継"), kin.successors
        elif kind is EventType.LISTED:
            related_as, related = gettext("前身"), kin.predecessors
        return Happening(kind, [], state, reason, related, related_as)
    changed = {one.name: event["changes"][one.name] for one in COMPANY_FIELDS if one.name in event["changes"]}
    return Happening(kind, past.wording.describe(changed))


def _ends(past: CompanyPast) -> Iterator[Moment]:
    """Where knowledge begins and ends."""
    if not past.list_days:
        return
    first, last = past.list_days[0], past.list_days[-1]
    if past.company.is_active:
        sentence = gettext("最新の一覧（{day}）に載っています。これより後の一覧はまだありません。").format(day=last)
        yield Moment((last, 4), sentence=sentence, entry=past.entries.get(last))
    if past.was_in_the_first_list:
        sentence = gettext("取り込んだ最初の一覧（{day}）にすでに載っていたため、上場日はそれ以前です。").format(
            day=first
        )
        yield Moment((first, 0), sentence=sentence, entry=past.entries.get(first))


def _absences(past: CompanyPast) -> Iterator[Moment]:
    """Between a delisting and a new listing."""
    for (_begin, gone), (back, _end) in pairwise(past.presences):
        if gone is None:
            continue
        missing = [day for day in past.list_days if gone <= day < back]
        if not missing:  # history that lists no longer tell
            continue
        sentence = gettext("{first} から {last} までの一覧 {count:,} 件には載っていません。")
        yield Moment((gone, 2), sentence=sentence.format(first=missing[0], last=missing[-1], count=len(missing)))


def _times_without_lists(past: CompanyPast) -> Iterator[Moment]:
    """Between what happened: how long there was no list, in which something may have changed and changed back."""
    turns = {event["date"] for event in past.events}
    for begin, end in past.presences:
        gaps: list[tuple[date, date]] = []
        for before, day in pairwise(one for one in past.list_days if begin <= one and (end is None or one < end)):
            if day in turns:
                yield from _tell_gaps(gaps)
                gaps = []
            elif (day - before).days > LONG_GAP_DAYS:
                gaps.append((before, day))
        yield from _tell_gaps(gaps)


def _tell_gaps(gaps: Sequence[tuple[date, date]]) -> Iterator[Moment]:
    if not gaps:
        return
    before, day = max(gaps, key=lambda gap: gap[1] - gap[0])
    text = gettext(
        "{before} の次の一覧は {day} です（{days:,} 日後）。その間に変わって元に戻ったことは、一覧からは分かりません。"
    )
    sentence = text.format(before=before, day=day, days=(day - before).days)
    others = gettext("一覧の間が {days} 日を超えることは、ほかに {count:,} 回あります").format(
        days=LONG_GAP_DAYS, count=len(gaps) - 1
    )
    yield Moment((gaps[-1][1], 0), notes=[others] if len(gaps) > 1 else [], sentence=sentence)


def _only_official(past: CompanyPast) -> Iterator[Moment]:
    """Official days that no event of the lists is of."""
    used = {event["official"].pk for event in past.events if event["official"]}
    for one in past.official:
        if one.pk in used:
            continue
        kind = EventType(OfficialDateKind(one.kind).value)
        notes = [gettext("公式の日（出所: {origin}）").format(origin=one.origin), _why_only_official(past, one)]
        happened = Happening(kind, reason=one.reason or "")
        yield Moment((one.official_on, 1), one.official_on.isoformat(), one.official_on, notes, [happened])


def _why_only_official(past: CompanyPast, one: OfficialDate) -> str:
    if one.official_on > timezone.localdate():
        return gettext("予定")
    if past.list_days and one.official_on > past.list_days[-1]:
        return gettext("最新の一覧より後のため、一覧ではまだ確かめられません")
    if past.list_days and one.official_on <= past.list_days[0]:
        return gettext("取り込んだ最初の一覧より前のため、一覧では確かめられません")
    return gettext("一覧からは確かめられません")
