"""What stands in a cell about an official day: a date in one of the forms of JPX's pages, codes, and words. Pure."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext

from companies.code_notation import find_code
from companies.issuers.official_dates.models import OfficialDateKind
from companies.ledger.listed_text import show_text

_DATE = re.compile(r"(?<!\d)(\d{4}) ?(?:[/.-]|年) ?(\d{1,2}) ?(?:[/.-]|月) ?(\d{1,2})(?!\d) ?日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_IN_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_BETWEEN_CODES = re.compile(r"[\s、,・/]+")
#: What stands where there is no date yet, or nothing.
_NOTHING = frozenset(["", "-", "－", "ー", "―", "—", "–", "‐"])
_NO_DATE = frozenset([*_NOTHING, "未定"])
_FIRST_DAY = date(1949, 5, 16)
_LATEST_AHEAD = timedelta(days=3 * 366)
LONGEST = {"company_name": 200, "market": 100, "reason": 1000}
_KINDS = {
    "listed": OfficialDateKind.LISTED, "新規上場": OfficialDateKind.LISTED, "上場": OfficialDateKind.LISTED,
    "delisted": OfficialDateKind.DELISTED, "上場廃止": OfficialDateKind.DELISTED, "廃止": OfficialDateKind.DELISTED,
}  # fmt: skip


class Unreadable(ValueError):
    """A cell is not what its column says; the message says what it is, and what was expected."""


def plain(text: str) -> str:
    """One width of letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def has_nothing(text: str) -> bool:
    """Whether a cell says nothing."""
    return plain(text) in _NOTHING


def read_dates(text: str, today: date) -> tuple[date | None, date | None]:
    """The day of a cell, and the one in brackets after it (of the approval). `None`: not fixed yet. Raises `Unreadable`."""
    whole = plain(text)
    outside = _IN_BRACKETS.sub(" ", whole)
    dates = [_day(match, today) for match in _DATE.finditer(outside)]
    if not dates and (compact := _COMPACT_DATE.fullmatch(outside.strip())):
        dates = [_day(compact, today)]
    if not dates and outside.strip() in _NO_DATE:
        return None, None
    if len(dates) != 1:
        reason = gettext("「{text}」を日付として読めません（例: 2026/03/05、2026年3月5日）。")
        if dates:
            reason = gettext("「{text}」には日付が 2 つ以上あり、どれか決められません。")
        raise Unreadable(reason.format(text=show_text(whole, 40)))
    bracketed = [match for group in _IN_BRACKETS.findall(whole) for match in _DATE.finditer(group)]
    return dates[0], _day(bracketed[0], today) if bracketed else None


def read_codes(text: str) -> list[str]:
    """The codes of a cell, as they are stored. Raises `Unreadable`."""
    words = [word for word in _BETWEEN_CODES.split(_IN_BRACKETS.sub(" ", plain(text)).strip("*※ ")) if word]
    codes = [find_code(word.removesuffix(".0")) for word in words]
    if not codes or None in codes:
        message = gettext("「{text}」は銘柄コードではありません（4 桁または 5 桁。例: 7203、130A、25935）。")
        raise Unreadable(message.format(text=show_text(plain(text), 40)))
    return [code for code in codes if code is not None]


def read_words(text: str, field: str) -> str | None:
    """A name, a market or a reason as it is written; `None` for none. Raises `Unreadable`."""
    words = " ".join(text.split())
    if has_nothing(words):
        return None
    if show_text(words) != words:
        message = gettext("使えない文字があります（{text}）。文字コードを確かめてください。")
        raise Unreadable(message.format(text=show_text(words, 60)))
    if len(words) > LONGEST[field]:
        message = gettext("長すぎます（{length} 文字、上限 {limit}）。")
        raise Unreadable(message.format(length=len(words), limit=LONGEST[field]))
    return words


def read_kind(text: str) -> str:
    """Of `OfficialDateKind`. Raises `Unreadable`."""
    kind = _KINDS.get(plain(text).lower())
    if kind is None:
        message = gettext("「{text}」は種別ではありません（listed・新規上場、delisted・上場廃止）。")
        raise Unreadable(message.format(text=show_text(plain(text), 40)))
    return str(kind)


def _day(match: re.Match[str], today: date) -> date:
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        message = gettext("「{text}」という日はありません。")
        raise Unreadable(message.format(text=match[0].strip())) from error
    if not _FIRST_DAY <= day <= today + _LATEST_AHEAD:
        message = gettext("{day} は上場・廃止の日としてありえません（今日は {today}）。")
        raise Unreadable(message.format(day=day, today=today))
    return day
