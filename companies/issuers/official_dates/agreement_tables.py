"""Tables and lists of the report on official days, in Markdown. Pure."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from companies.issuers.official_dates.reconciliation import Compared

_WIDTH = 140


def table(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Numbers with separators of thousands."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def bullets(texts: Iterable[str]) -> str:
    """One a line."""
    return "\n".join(f"- {text}" for text in texts)


def by_interval(ones: Sequence[Compared], *, shows_day: bool) -> str:
    """The codes, with their official day where `shows_day`, by the lists that they lie between: in order of days, then of codes."""
    ordered = sorted(ones, key=_order)
    parts = []
    for (before, after), of_interval in groupby(ordered, key=lambda one: (one.observed_after, one.day)):
        codes = [f"{one.code} {one.official_on}" if shows_day and one.official_on else one.code for one in of_interval]
        head = f"{before or '-'} – {after} ({len(codes):,}): " if after else ""
        # A code stays with its day.
        words = ", ".join(codes).replace(" ", "\u00a0").replace(",\u00a0", ", ")
        parts.append(textwrap.fill(head + words, _WIDTH, break_long_words=False, break_on_hyphens=False))
    return "\n\n".join(parts).replace("\u00a0", " ") if parts else "-"


def _order(one: Compared) -> tuple[date, date, date, str]:
    return one.day or date.min, one.observed_after or date.min, one.official_on or date.min, one.code


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
