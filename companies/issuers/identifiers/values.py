"""Identifiers as they are written, and their check digits. Pure but for the words.

ISO 6166 (ISIN), ISO 17442 (LEI) and the FIGI standard of the Object Management Group, by python-stdnum. The Japanese ISIN of a
share is not made of its securities code, so the two are not compared.
"""

import re
from types import ModuleType

from django.utils.translation import gettext
from stdnum import figi, isin, lei
from stdnum.exceptions import InvalidChecksum, ValidationError

from companies.issuers.identifiers.models import IdentifierScheme
from companies.letters import plain_letters

_STANDARDS: dict[str, ModuleType] = {
    IdentifierScheme.ISIN: isin,
    IdentifierScheme.FIGI: figi,
    IdentifierScheme.LEI: lei,
}
_LENGTHS = {IdentifierScheme.ISIN: 12, IdentifierScheme.FIGI: 12, IdentifierScheme.LEI: 20}
_LETTERS = re.compile("[0-9A-Z]+")
_SHOWN = 30


class NotAnIdentifier(ValueError):
    """The text is none of its scheme; the message says why."""


def find_scheme(text: str) -> IdentifierScheme | None:
    """The scheme of that name, in any letters (`ISIN`, `ＩＳＩＮ`, `isin コード`)."""
    plain = plain_letters(text).strip().lower().removesuffix("コード").removesuffix("code").strip(" -_")
    return IdentifierScheme(plain) if plain in IdentifierScheme.values else None


def read_value(scheme: IdentifierScheme, text: str) -> str:
    """The identifier in capital letters without spaces. Raises `NotAnIdentifier`."""
    value = re.sub(r"[\s-]", "", plain_letters(text)).upper()
    shown = text[:_SHOWN]
    if len(value) != _LENGTHS[scheme] or _LETTERS.fullmatch(value) is None:
        words = gettext("「{value}」は {scheme} ではありません。{scheme} は英数字 {length} 文字です。")
        raise NotAnIdentifier(words.format(value=shown, scheme=scheme.label, length=_LENGTHS[scheme]))
    try:
        _STANDARDS[scheme].validate(value)
    except InvalidChecksum as error:
        words = gettext(
            "「{value}」は {scheme} の検査数字が合いません。打ち間違いがないか、元の資料を確かめてください。"
        )
        raise NotAnIdentifier(words.format(value=shown, scheme=scheme.label)) from error
    except ValidationError as error:
        words = gettext(
            "「{value}」は {scheme} の形ではありません（国や発番者の部分が存在しません）。元の資料を確かめてください。"
        )
        raise NotAnIdentifier(words.format(value=shown, scheme=scheme.label)) from error
    return value
