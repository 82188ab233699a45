"""Lists like the real ones in size and shape, the same on every machine."""

import random
from collections.abc import Sequence
from dataclasses import replace

from companies.listed_issue import ListedIssue

_SYLLABLES = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_KANJI = "東西南北日本電工業商事銀行製薬建設化学機械運輸通信食品産大和三井住友"
_SECTORS = (("1", "3050"), ("6", "3700"), ("9", "3650"), ("10", "5250"), ("13", "6050"), ("17", "8050"))
# Without those that look like digits.
_LETTERS = "ACDFGHJKLMNPRSTUWXY"
_DIGITS_AND_LETTERS = f"0123456789{_LETTERS}"
_SCALES = ("-", "TOPIX Small 1", "TOPIX Small 2", "TOPIX Mid400", "TOPIX Large70")


def make_list(size: int) -> list[ListedIssue]:
    """`size` issues with names of the usual length, codes from 1301 up and alphanumeric after 9999."""
    chance = random.Random(7203)  # noqa: S311 repeatable, nothing secret
    return [_make_issue(_make_code(position), chance) for position in range(size)]


def change_some(issues: Sequence[ListedIssue], share: float, *, seed: int) -> list[ListedIssue]:
    """The same list with another name or scale for `share` of its issues."""
    chance = random.Random(seed)  # noqa: S311
    changed = list(issues)
    for position in chance.sample(range(len(changed)), max(1, int(len(changed) * share))):
        issue = changed[position]
        changed[position] = (
            replace(issue, company_name=_make_name(chance))
            if chance.random() < 0.5
            else replace(issue, scale_category=chance.choice([s for s in _SCALES if s != issue.scale_category]))
        )
    return changed


def _make_code(position: int) -> str:
    """Four digits from 1301 on; then with letters, as the exchange gives them: 1A00, 1A01 … 9Y9Y."""
    number = 1301 + position
    if number <= 9999:
        return str(number)
    rest, fourth = divmod(number - 10_000, len(_DIGITS_AND_LETTERS))
    rest, third = divmod(rest, 10)
    first, second = divmod(rest, len(_LETTERS))
    return f"{first + 1}{_LETTERS[second]}{third}{_DIGITS_AND_LETTERS[fourth]}"


def _make_issue(code: str, chance: random.Random) -> ListedIssue:
    sector17, sector33 = chance.choice(_SECTORS)
    return ListedIssue(
        code=code,
        company_name=_make_name(chance),
        company_name_english=f"Company {code} Corporation",
        market_code=chance.choice(("0111", "0112", "0113")),
        sector17_code=sector17,
        sector33_code=sector33,
        scale_category=chance.choice(_SCALES),
        margin_code=chance.choice("123"),
        product_category="011",
    )


def _make_name(chance: random.Random) -> str:
    return "".join(chance.choices(_KANJI, k=3)) + "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 8)))
