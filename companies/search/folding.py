"""Spelling folded so that a person finds a company however it is typed; the query is folded by the same function."""

import re
import unicodedata

from companies.codes import jquants_code
from companies.letters import plain_letters
from companies.search.romaji import romanise

_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in (*range(ord("ぁ"), ord("ゖ") + 1), ord("ゝ"), ord("ゞ"))}

#: Dashes, hyphens, minus signs, wave dashes and bars that people type for the long-vowel mark.
_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−~〜〰─━ｰ"), "ー")

_ACCENTED = {
    code: base
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()
} | {ord("ø"): "o", ord("æ"): "ae", ord("œ"): "oe", ord("ł"): "l", ord("ß"): "ss"}

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
_IGNORED = re.compile(r"[\s・･·•‧∙⋅.,'’‘`´′\"“”()（）\[\]「」『』【】<>〈〉《》/／!?:;=゠\u3099\u309a]+")
# Behind Latin letters and digits a dash is a hyphen, which people leave out (U-NEXT).
_HYPHEN = re.compile("(?<=[a-z0-9])ー+")
# How newspapers and people shorten it.
_HOLDINGS = re.compile("(?<=[ァ-ヿ一-鿿])hd$")
_REPEATED = re.compile("([ア-ヴ])([ヽヾ])")
# 霞ヶ関, 霞ケ関, 霞が関.
_BETWEEN_KANJI = re.compile("(?<=[一-鿿々])ガ(?=[一-鿿々])")

# Names keep large kana where the sound is small (キヤノン, シヤチハタ), and old kana (ヱスビー, ブリヂストン); nobody types them so.
_V_SOUNDS = re.compile("ヴ([ァィェォャュョ]?)")
_V_AS_B = {"": "ブ", "ァ": "バ", "ィ": "ビ", "ェ": "ベ", "ォ": "ボ", "ャ": "ビャ", "ュ": "ビュ", "ョ": "ビョ"}
_KANA_VARIANTS = str.maketrans(
    "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿヂヅヰヱヲヷヸヹヺ",
    "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロジズイエオバビベボ",
)


def fold_text(text: str) -> str:
    """`text` in one spelling: `plain_letters`, lower case, katakana with small and old ones as today's large ones, plain
    dashes and kanji, no accents, company form, spaces or marks.
    """
    return _fold_kana(spell_out(text))


def search_text(code: str, company_name: str, company_name_english: str | None) -> str:
    """What search looks through: codes, name, name in Latin letters, English name; each folded, with a space before.

    A folded word holds no space, so ` x` in the text means "one of these begins with x", and what comes after the
    third space is names.
    """
    spelt = spell_out(company_name)
    english = fold_text(company_name_english or "")
    words = [code.lower(), jquants_code(code).lower(), _fold_kana(spelt), romanise(spelt), english]
    return "".join(f" {word}" for word in words if word)


def filer_search_text(edinet_code: str, number: str | None, name: str, kana: str | None, english: str | None) -> str:
    """The same for the list of issuers: two identifiers, then names."""
    spelt = spell_out(name)
    words = [edinet_code.lower(), number or "-", _fold_kana(spelt), romanise(spelt)]
    return "".join(f" {word}" for word in words if word) + issuer_search_text(kana, english)


def issuer_search_text(name_kana: str | None, name_english: str | None) -> str:
    """What search looks through beside that: the reading, in kana and in Latin letters, and the English name of the issuer."""
    spelt = spell_out(name_kana or "")
    words = [_fold_kana(spelt), romanise(spelt), fold_text(name_english or "")]
    return "".join(f" {word}" for word in words if word)


def spell_out(text: str) -> str:
    """All of `fold_text` but the kana, which romanising needs as they sound."""
    folded = plain_letters(text).lower()
    folded = folded.translate(_HIRAGANA_TO_KATAKANA).translate(_KANJI_VARIANTS).translate(_ACCENTED)
    folded = _REPEATED.sub(_repeat, folded)
    without_form = _IGNORED.sub("", _COMPANY_FORMS.sub(" ", folded))
    # A query that is nothing but a company form still means something.
    plain = (without_form or _IGNORED.sub("", folded)).translate(_DASHES)
    return _HOLDINGS.sub("ホールディングス", _BETWEEN_KANJI.sub("ケ", _HYPHEN.sub("", plain)))


def _repeat(found: re.Match[str]) -> str:
    """いすゞ → イスズ."""
    kana, mark = found.groups()
    return kana + (
        kana if mark == "ヽ" else unicodedata.normalize("NFC", unicodedata.normalize("NFD", kana)[0] + "\u3099")
    )


def _fold_kana(spelt: str) -> str:
    return _V_SOUNDS.sub(lambda found: _V_AS_B[found[1]], spelt).translate(_KANA_VARIANTS)
