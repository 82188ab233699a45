"""Addresses of issuers as they can be compared: one building is told in many ways. Pure."""

import re
from functools import lru_cache

from companies.letters import plain_letters

_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十百]+(?=丁目|番(?!町)|号)")
_UNITS = re.compile("丁目|地割|番地の|番地|番(?!町)|号|字(?=[0-9])|(?<=[0-9])字|の(?=[0-9])|[-‐‑‒–—―−ーノ](?=[0-9])")
_PLACE_AND_NUMBERS = re.compile("^(?P<place>[^0-9]+)(?P<numbers>[0-9]+(?:-[0-9]+)*)?")
_CITY = re.compile("^.+?(?:市(?!市).+?区|市(?!市)|区|郡.+?[町村])")


@lru_cache(maxsize=20_000)
def street_address(told: str) -> str:
    """The place with its numbers (`港区芝浦2-5-1`), without building and floor; empty where it has no number."""
    found = _parts(told)
    return f"{found['place']}{found['numbers']}" if found and found["numbers"] else ""


@lru_cache(maxsize=20_000)
def city(told: str) -> str:
    """The town, or the ward of a large one."""
    found = _CITY.match(_plain(told))
    return found[0] if found else ""


def _parts(told: str) -> re.Match[str] | None:
    text = _KANJI_NUMBER.sub(lambda number: str(_read(number[0])), _plain(told))
    return _PLACE_AND_NUMBERS.match(re.sub("-+", "-", _UNITS.sub("-", text)))


def _plain(told: str) -> str:
    return re.sub(r"\s+", "", plain_letters(told)).replace("大字", "")


def _read(number: str) -> int:
    """十二 → 12."""
    total = rest = 0
    if not any(unit in number for unit in "十百"):
        return int("".join(_DIGITS[digit] for digit in number))
    for letter in number:
        if letter in "十百":
            total += (rest or 1) * (10 if letter == "十" else 100)
            rest = 0
        else:
            rest = int(_DIGITS[letter])
    return total + rest
