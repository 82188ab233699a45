"""How alike the names of two issuers are, once what any name may carry is left out. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from companies.letters import plain_letters
from companies.search.folding import fold_text


class Likeness(StrEnum):
    """How alike two names are."""

    SAME = "same"  # nothing else is left of either
    BEGINNING = "beginning"  # one begins with all of the other
    PART = "part"  # all of one is somewhere in the other
    INITIALS = "initials"  # a word of one is the initials of the other
    START = "start"  # their first letters
    PIECE = "piece"  # the first letters of one are somewhere in the other


@dataclass(frozen=True, slots=True)
class Match:
    """What two names have in common, as they were told and as they were compared."""

    likeness: Likeness
    before: str
    after: str
    shared: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """One name, or its reading: as told; folded without words of the form (`core`); also without its line of business (`root`);
    and its initials, where it has words.
    """

    told: str
    core: str
    root: str
    initials: str


# Said of groups and companies of any name; as `fold_text` spells.
_FORMS = (
    "カブシキガイシヤ", "カブシキカイシヤ", "ユウゲンガイシヤ", "ゴウドウガイシヤ", "ホールデイングス", "ホールデイング", "ホールデインクス", "フイナンシヤル",
    "グループ", "コーポレーシヨン", "カンパニー", "本社", "holdings", "holding", "financial", "group",
)  # fmt: skip
# Lines of business that names end with and groups leave out: in characters, as read, and in English.
_BUSINESS = (
    "銀行", "証券", "信託", "製薬", "薬品", "建設", "工業", "興業", "産業", "工産", "興産", "工務店", "鉱業", "化学", "化成", "電機", "電気", "電子", "印刷", "製作所",
    "製鋼", "金属", "研究所", "商事", "建物", "不動産", "食品", "運輸", "通運", "器械", "サイエンス", "コンサルタント", "エレクトロ", "エレクトリツク", "インベストメント",
    "キヤピタルワークス", "ギンコウ", "ギン", "シヨウケン", "シンタク", "セイヤク", "ヤクヒン", "ケンセツ", "コウギヨウ", "サンギヨウ", "コウサン", "コウムテン", "カガク",
    "カセイ", "デンキ", "デンシ", "インサツ", "セイサクシヨ", "セイコウ", "キンゾク", "ケンキユウシヨ", "ケンキユウジヨ", "シヨウジ", "タテモノ", "フドウサン", "シヨクヒン",
    "ウンユ", "ツウウン", "キカイ", "bank", "securities", "pharmaceutical", "construction", "industries", "printing", "manufacturing", "mfg", "engineering",
    "sciences", "investment",
)  # fmt: skip
_AT_THE_END = re.compile(f"(?:{'|'.join(sorted(_FORMS, key=len, reverse=True))})$")
_AT_THE_START = re.compile("^(?:カブシキ[ガカ]イシヤ|the(?=bankof)|bankof)")
_BUSINESS_AT_THE_END = re.compile(f"(?:{'|'.join(sorted(_BUSINESS, key=len, reverse=True))})$")
_BANK_OF = re.compile("^(?:the)?(?:bankof)?")
_WORD = re.compile("[A-Za-z]+")
_LATIN_RUN = re.compile("[a-z]{2,}")
_NOT_IN_INITIALS = {"co", "ltd", "inc", "corp", "corporation", "company", "limited", "the", "of", "and", "holdings", "holding", "group"}  # fmt: skip
#: Fewer letters say nothing: characters, kana, Latin letters.
_SHORTEST = {"kanji": 2, "kana": 3, "latin": 3}
_SHORTEST_START = {"kanji": 2, "kana": 2, "latin": 4}


@lru_cache(maxsize=20_000)
def spell(told: str) -> Spelling | None:
    """A name ready to be compared; `None` where nothing is left of it."""
    core = fold_text(told)
    if core.isascii():
        core = _BANK_OF.sub("", core)
    core = _without(_AT_THE_END, _AT_THE_START.sub("", core))
    if not core:
        return None
    root = _without(_BUSINESS_AT_THE_END, core)
    return Spelling(told, core, root, _initials(told))


def compare(before: Spelling, after: Spelling) -> Match | None:
    """What they have most in common; `None` where that is nothing."""
    if not _may_be_alike(before, after):
        return None
    for likeness, shared in _likenesses(before, after):
        if shared:
            return Match(likeness, before.told, after.told, shared)
    return None


def best_match(before: Iterable[Spelling], after: Iterable[Spelling]) -> Match | None:
    """The strongest of all pairs of spellings."""
    order = list(Likeness)
    found = [match for one in before for other in after if (match := compare(one, other)) is not None]
    return min(found, key=lambda match: (order.index(match.likeness), -weight_of(match.shared)), default=None)


@lru_cache(maxsize=100_000)
def weight_of(shared: str) -> int:
    """How much letters say: a character as much as two kana or Latin letters."""
    return sum(2 if _kind(letter) == "kanji" else 1 for letter in shared)


def _may_be_alike(before: Spelling, after: Spelling) -> bool:
    """All that is found begins as one of the two begins, but for initials; most pairs have nothing of it."""
    if before.core[:2] in after.core or after.core[:2] in before.core:
        return True
    return (len(before.initials) > 1 and before.initials in after.core) or (
        len(after.initials) > 1 and after.initials in before.core
    )


def _likenesses(before: Spelling, after: Spelling) -> Iterator[tuple[Likeness, str]]:
    if before.core == after.core or (before.root == after.root and _says_something(before.root)):
        yield Likeness.SAME, before.core if before.core == after.core else before.root
    pairs = [(before.core, after.core), (before.root, after.core), (after.core, before.core), (after.root, before.core)]
    yield (
        Likeness.BEGINNING,
        _longest(short for short, long in pairs if _says_something(short) and long.startswith(short)),
    )
    yield Likeness.PART, _longest(short for short, long in pairs if _says_something(short) and short in long)
    yield Likeness.INITIALS, _shared_initials(before, after) or _shared_initials(after, before)
    yield Likeness.START, _shared_start(before.core, after.core)
    yield Likeness.PIECE, _piece(before.core, after.core)


def _shared_initials(words: Spelling, short: Spelling) -> str:
    """リケンNPR has those of Nippon Piston Ring."""
    runs = _LATIN_RUN.findall(short.core)
    return _longest(run for run in runs if len(words.initials) >= 2 and run == words.initials)


def _shared_start(one: str, other: str) -> str:
    size = 0
    while size < min(len(one), len(other)) and one[size] == other[size]:
        size += 1
    shared = one[:size]
    return shared if shared and size >= _SHORTEST_START[_script(shared)] else ""


def _piece(one: str, other: str) -> str:
    """ジーエルテクノ has the beginning of テクノクオーツ."""
    pieces = (one[:size] for size in range(len(one), 1, -1))
    return next((piece for piece in pieces if _says_something(piece) and piece in other), "")


def _longest(found: Iterable[str]) -> str:
    return max(found, key=len, default="")


def _without(ending: re.Pattern[str], text: str) -> str:
    """Again and again, as long as something is left."""
    while (shorter := ending.sub("", text)) != text and shorter:
        text = shorter
    return text


def _initials(told: str) -> str:
    words = [word.lower() for word in _WORD.findall(plain_letters(told))]
    return "".join(word[0] for word in words if word not in _NOT_IN_INITIALS)


@lru_cache(maxsize=100_000)
def _says_something(text: str) -> bool:
    return bool(text) and len(text) >= _SHORTEST[_script(text)]


def _script(text: str) -> str:
    kinds = {_kind(letter) for letter in text}
    return "kanji" if "kanji" in kinds else "kana" if "kana" in kinds else "latin"


def _kind(letter: str) -> str:
    if letter.isascii():
        return "latin"
    return "kana" if "ァ" <= letter <= "ヿ" else "kanji"
