"""What stands above everything on the page of a company: its names, what it is in a few words, and that it is gone or going."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from companies.admin.company_facts import told_by
from companies.admin.company_past import CompanyPast
from companies.admin.company_timeline import Kin
from companies.admin.list_links import list_address
from companies.events.intervals import describe_when, first_possible_day
from companies.fields import FIELD_BY_NAME
from companies.issuers.lineage.models import SuccessionStatus
from companies.issuers.official_dates.models import OfficialDateKind
from wording.coloured_choices import Colour

#: In a few words what an issue is.
_CLASSES = ("market_code", "sector33_code", "scale_category", "product_category")
#: Said only of what is something else: nearly all are.
_USUAL_PRODUCT = "011"
#: その他 and なし say nothing by themselves.
_SAY_LITTLE = {"0109", "9999", "-"}
#: What a source of lists that does not tell them is no reason to mention.
_OPTIONAL = ("product_category",)


@dataclass(frozen=True, slots=True)
class Badge:
    """A word; `address` leads to the companies of which the same is said. `is_untold` where nobody said it."""

    text: str
    address: str = ""
    colour: Colour = Colour.DEFAULT
    is_untold: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    """That a company is listed no more, will not be, or is not yet: `sentence` says when as exactly as it is known, `notes` by what."""

    colour: Colour
    sentence: str
    notes: list[str] = field(default_factory=list)
    reason: str = ""
    is_gone: bool = True
    # Nothing of which anybody would ask why.
    is_explained: bool = False


def badges(past: CompanyPast) -> list[Badge]:
    """Whether it is listed, then what it is; of one that is gone what it was, leading to the list of its last day."""
    company = past.company
    day = None if company.is_active else company.last_seen_on
    found = [_status(past)]
    for name in _CLASSES:
        one = FIELD_BY_NAME[name]
        value = getattr(company, one.path)
        if value == _USUAL_PRODUCT or (value is None and name in _OPTIONAL):
            continue
        if value is None:
            found.append(Badge(gettext("{field}: 記載なし").format(field=gettext(one.label)), is_untold=True))
            continue
        text = past.wording.name(name, value)
        if value in _SAY_LITTLE:
            text = gettext("{field}: {value}").format(field=gettext(one.label), value=text)
        found.append(Badge(text, list_address({one: value}, day)))
    return found


def _status(past: CompanyPast) -> Badge:
    company = past.company
    if company.is_coming:
        return Badge(gettext("上場予定"), colour=Colour.INFO)
    if not company.is_active:
        return Badge(gettext("上場廃止"), colour=Colour.DANGER)
    if company.delisted_on is not None:
        is_over = company.delisted_on <= timezone.localdate()
        return Badge(gettext("上場廃止") if is_over else gettext("上場廃止予定"), colour=Colour.WARNING)
    return Badge(gettext("上場中"), colour=Colour.SUCCESS)


def banner(past: CompanyPast) -> Banner | None:
    """None for a company that is listed, as far as anybody said."""
    if past.company.is_coming:
        return _begins(past.company.first_seen_on)
    return _ends(past) if past.company.is_active else _gone(past)


def _begins(day: date) -> Banner:
    """In no list yet but in those of days to come."""
    sentence = gettext("{day} から上場（その日の一覧にあります）。").format(day=day)
    return Banner(Colour.INFO, sentence, is_gone=False, is_explained=True)


def _ends(past: CompanyPast) -> Banner | None:
    """Announced; the lists may not be there yet."""
    day, company = past.company.delisted_on, past.company
    if day is None:
        return None
    told = next((one for one in past.official if (one.kind, one.official_on) == ("delisted", day)), None)
    notes = [gettext("公式の日（売買されない最初の日）。出所: {origin}").format(origin=told_by(told))] if told else []
    if day > timezone.localdate():
        sentence = gettext("{day} に上場廃止の予定です。").format(day=day)
    else:
        sentence = gettext("{day} に上場廃止（公式の日）。").format(day=day)
        notes.append(gettext("取り込んだ最新の一覧（{day}）にはまだ載っています。").format(day=company.last_seen_on))
    return Banner(Colour.WARNING, sentence, notes, company.delisting_reason or "", is_gone=False)


def _gone(past: CompanyPast) -> Banner:
    company, event = past.company, past.delisting
    after, day = (event["observed_after"], event["date"]) if event else (company.last_seen_on, None)
    official = event["official"] if event else None
    lists = gettext("最後に載った一覧は {last}").format(last=company.last_seen_on)
    if day is not None:
        lists = gettext("最後に載った一覧は {last}、載っていない最初の一覧は {first}").format(
            last=company.last_seen_on, first=day
        )
    if official is not None:
        sentence = gettext("{day} に上場廃止（公式の日）。").format(day=official.official_on)
        origin = gettext("公式の日（売買されない最初の日）。出所: {origin}").format(origin=told_by(official))
        return Banner(Colour.DANGER, sentence, [origin, lists], official.reason or "")
    unofficial = gettext("公式の廃止日は取り込まれていません。")
    told = [one.official_on for one in past.official if one.kind == OfficialDateKind.DELISTED]
    if told:
        unofficial = gettext("公式の廃止日（{day}）は、一覧と合いません。").format(day=told[-1])
    return Banner(Colour.DANGER, _by_lists(after, day), [lists, unofficial], company.delisting_reason or "")


def _by_lists(after: date | None, day: date | None) -> str:
    """As exactly as two lists tell."""
    if day is None:
        return gettext("上場廃止。")
    if after is None or first_possible_day(after, day) == day:
        return gettext("{day} に上場廃止（一覧による）。").format(day=day)
    return gettext("上場廃止: {span}。日は分かっていません。").format(span=describe_when(after, day))


def names(past: CompanyPast) -> dict[str, Any]:
    """The names beside the Japanese one; of an English name that no list says, that it is the issuer's."""
    company = past.company
    return {
        "name_english": company.company_name_english or company.issuer_name_english or "",
        "is_of_issuer": not company.company_name_english and bool(company.issuer_name_english),
        "name_kana": company.company_name_kana or "",
    }


def successors_of(lineage: dict[str, Any]) -> dict[str, list[Any]]:
    """What came of it: what is confirmed, and what is only proposed."""
    rows = lineage["successors"]
    return {
        "confirmed_successors": [row for row in rows if row[0].status == SuccessionStatus.CONFIRMED],
        "proposed_successors": [row for row in rows if row[0].status == SuccessionStatus.PROPOSED],
    }


def confirmed_kin(lineage: dict[str, Any]) -> Kin:
    """What is known to have come of it, and what it is known to have come of: other issues, not another legal person."""
    after, before = (
        [row[1:] for row in lineage[side] if row[0].status == SuccessionStatus.CONFIRMED and row[0].predecessor != row[0].successor]
        for side in ("successors", "predecessors")
    )  # fmt: skip
    return Kin(after, before)
