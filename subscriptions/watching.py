"""Putting companies on watch lists and taking them off."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from companies.code_notation import find_code
from companies.known.reading import newest_revision
from companies.models import Company
from subscriptions.models import WatchedCompany, WatchList

#: What one list may hold: more than anyone looks at, few enough for a page.
MOST_COMPANIES = 500
#: What one person may have: the first page tells of all of them.
MOST_LISTS = 50
_BETWEEN = re.compile(r"[,、;\t]")
_SHOWN_LETTERS = 30


@dataclass(frozen=True, slots=True)
class ReadCodes:
    """The codes of a text, each once, in its order; and what stands there beside codes, with the number of its line."""

    codes: list[str]
    problems: list[tuple[int, str]]


def read_codes(text: str) -> ReadCodes:
    """Codes as people paste them: in any notation, in lines or side by side, also with the company's name after each of them."""
    codes: list[str] = []
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        begun = False
        for part in filter(None, map(str.strip, _BETWEEN.split(line))):
            found = _codes_of(part)
            # What stands after a code in its line, in cells of their own, is its name, market and so on.
            if not found and not begun:
                problems.append((number, part[:_SHOWN_LETTERS]))
            begun = True
            codes += found
    return ReadCodes(list(dict.fromkeys(codes)), problems)


def _codes_of(part: str) -> list[str]:
    if (whole := find_code(part)) is not None:
        return [whole]
    words = [find_code(word) for word in part.split()]
    return [code for code in words if code] if all(words) else [code for code in words[:1] if code]


def find_unknown(codes: Iterable[str]) -> list[str]:
    """Those that no list ever had."""
    wanted = list(codes)
    known = set(Company.objects.filter(code__in=wanted).values_list("code", flat=True))
    return [code for code in wanted if code not in known]


def make_watch_list(owner: Any, name: str, codes: Iterable[str] = ()) -> WatchList:
    """A new one. What happened to its companies until now is no news. Raises `ValidationError` where the person has as many as may be."""
    with transaction.atomic():
        refuse_too_many(owner)
        made: WatchList = WatchList.objects.create(owner=owner, name=name, seen_revision=newest_revision())
        set_codes(made, codes)
    return made


def refuse_too_many(owner: Any) -> None:
    """In a transaction: until it ends nobody else makes one for this person. Raises `ValidationError`."""
    get_user_model().objects.select_for_update().get(pk=owner.pk)
    if WatchList.objects.filter(owner=owner).count() >= MOST_LISTS:
        raise ValidationError(
            {
                "name": gettext("ウォッチリストは 1 人 {most} 件までです。使わないリストを削除してください。").format(
                    most=MOST_LISTS
                )
            }
        )


def set_codes(watch_list: WatchList, codes: Iterable[str]) -> None:
    """Have it hold these and no others. Those that stay keep when they were added."""
    wanted = set(codes)
    with transaction.atomic():
        watch_list.companies.exclude(code__in=wanted).delete()
        WatchedCompany.objects.bulk_create(
            [WatchedCompany(watch_list=watch_list, code=code) for code in sorted(wanted)], ignore_conflicts=True
        )


def first_list_of(owner: Any) -> WatchList | None:
    """The one that the star is of: the person's oldest."""
    found: WatchList | None = WatchList.objects.filter(owner=owner).first()
    return found


def is_starred(owner: Any, code: str) -> bool:
    """Whether the star of a company is on."""
    first = first_list_of(owner)
    return first is not None and WatchedCompany.objects.filter(watch_list=first, code=code).exists()


def set_star(owner: Any, code: str, *, is_on: bool) -> WatchList | None:
    """Put a company on the person's first list, which is made where there is none, or take it off. Raises `ListIsFull`."""
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=owner.pk)  # pressed twice, one after the other
        watch_list = first_list_of(owner)
        if watch_list is None:
            return make_watch_list(owner, gettext("マイ銘柄"), [code]) if is_on else None
        if not is_on:
            WatchedCompany.objects.filter(watch_list=watch_list, code=code).delete()
        elif WatchedCompany.objects.filter(watch_list=watch_list).exclude(code=code).count() >= MOST_COMPANIES:
            raise ListIsFull(watch_list.name)
        else:
            WatchedCompany.objects.get_or_create(watch_list=watch_list, code=code)
    return watch_list


class ListIsFull(Exception):
    """A watch list holds as many companies as it may."""
