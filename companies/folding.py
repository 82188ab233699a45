"""Spelling folded so that a person finds a company however it is typed; the query is folded by the same function."""

import re
import unicodedata

from companies.codes import jquants_code
from companies.romaji import romanise

_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}

#: Dashes, hyphens, minus signs, wave dashes and bars that people type for the long-vowel mark.
_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−~〜〰─━ｰ"), "ー")

#: Old and variant kanji of company names, and the form in use.
_KANJI_VARIANTS = {
    ord(old): new
    for olds, new in (
        ("髙", "高"), ("﨑嵜碕", "崎"), ("齋齊斉", "斎"), ("邊邉", "辺"), ("澤", "沢"), ("濱濵", "浜"), ("廣", "広"),
        ("國", "国"), ("櫻", "桜"), ("嶋嶌", "島"), ("冨", "富"), ("眞", "真"), ("瀧", "滝"), ("龍", "竜"), ("條", "条"),
        ("惠", "恵"), ("檜", "桧"), ("靜", "静"), ("壽", "寿"), ("榮", "栄"), ("學", "学"), ("會", "会"), ("澁", "渋"),
        ("鐵", "鉄"), ("豐", "豊"), ("𠮷", "吉"), ("德", "徳"), ("與", "与"), ("傳", "伝"), ("藏", "蔵"), ("醫", "医"),
        ("藥", "薬"), ("寶", "宝"), ("萬", "万"), ("圓", "円"), ("驛", "駅"), ("舊", "旧"), ("發", "発"), ("淺", "浅"),
        ("礒", "磯"), ("彌", "弥"), ("禮", "礼"), ("聲", "声"), ("莊", "荘"), ("鷗", "鴎"), ("纖", "繊"), ("證", "証"),
        ("曾", "曽"), ("籠", "篭"),
        ("槇", "槙"), ("遙", "遥"), ("堯", "尭"), ("亞", "亜"), ("峯", "峰"), ("關", "関"),
    )
    for old in olds
}  # fmt: skip

_COMPANY_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|\(株\)|\(有\)"
    r"|(?<![a-z0-9])(?:incorporated|inc|corporation|corp|company|co|limited|ltd|plc|llc|kk|k\.k)(?![a-z0-9])\.?"
)
_IGNORED = re.compile(r"[\s・･.,'’\"“”()（）\[\]「」『』【】/／!?:;]+")


def fold_text(text: str) -> str:
    """`text` in one spelling: NFKC, lower case, katakana, plain dashes and kanji, no company form, spaces or marks."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = folded.translate(_HIRAGANA_TO_KATAKANA).translate(_KANJI_VARIANTS)
    without_form = _IGNORED.sub("", _COMPANY_FORMS.sub(" ", folded))
    # A query that is nothing but a company form still means something.
    return (without_form or _IGNORED.sub("", folded)).translate(_DASHES)


def search_text(code: str, company_name: str, company_name_english: str | None) -> str:
    """What search looks through: codes, name, name in Latin letters, English name; each folded, with a space before.

    A folded word holds no space, so ` x` in the text means "one of these begins with x".
    """
    name = fold_text(company_name)
    words = [code.lower(), jquants_code(code).lower(), name, romanise(name), fold_text(company_name_english or "")]
    return "".join(f" {word}" for word in words if word)
