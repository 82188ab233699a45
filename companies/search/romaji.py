"""Kana in Latin letters, for readers who type `toyota`: the lists from JPX carry no English names."""

_SINGLE = {
    "ア": "a", "イ": "i", "ウ": "u", "エ": "e", "オ": "o", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o",
    "カ": "ka", "キ": "ki", "ク": "ku", "ケ": "ke", "コ": "ko", "ガ": "ga", "ギ": "gi", "グ": "gu", "ゲ": "ge", "ゴ": "go",
    "サ": "sa", "シ": "shi", "ス": "su", "セ": "se", "ソ": "so", "ザ": "za", "ジ": "ji", "ズ": "zu", "ゼ": "ze", "ゾ": "zo",
    "タ": "ta", "チ": "chi", "ツ": "tsu", "テ": "te", "ト": "to", "ダ": "da", "ヂ": "ji", "ヅ": "zu", "デ": "de", "ド": "do",
    "ナ": "na", "ニ": "ni", "ヌ": "nu", "ネ": "ne", "ノ": "no", "ハ": "ha", "ヒ": "hi", "フ": "fu", "ヘ": "he", "ホ": "ho",
    "バ": "ba", "ビ": "bi", "ブ": "bu", "ベ": "be", "ボ": "bo", "パ": "pa", "ピ": "pi", "プ": "pu", "ペ": "pe", "ポ": "po",
    "マ": "ma", "ミ": "mi", "ム": "mu", "メ": "me", "モ": "mo", "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ャ": "ya", "ュ": "yu",
    "ョ": "yo", "ラ": "ra", "リ": "ri", "ル": "ru", "レ": "re", "ロ": "ro", "ワ": "wa", "ヮ": "wa", "ヰ": "i", "ヱ": "e",
    "ヲ": "o", "ン": "n", "ヴ": "vu", "ヵ": "ka", "ヶ": "ke",
}  # fmt: skip

_PAIRS = {
    "シェ": "she", "ジェ": "je", "チェ": "che", "ツァ": "tsa", "ツィ": "tsi", "ツェ": "tse", "ツォ": "tso",
    "ティ": "ti", "トゥ": "tu", "ディ": "di", "ドゥ": "du", "デュ": "dyu", "テュ": "tyu", "フュ": "fyu",
    "ファ": "fa", "フィ": "fi", "フェ": "fe", "フォ": "fo", "ウィ": "wi", "ウェ": "we", "ウォ": "wo", "イェ": "ye",
    "ヴァ": "va", "ヴィ": "vi", "ヴェ": "ve", "ヴォ": "vo", "クァ": "kwa", "クォ": "kwo", "グァ": "gwa",
}  # fmt: skip

_Y_ROWS = {
    "キ": "ky", "ギ": "gy", "シ": "sh", "ジ": "j", "チ": "ch", "ヂ": "j", "ニ": "ny", "ヒ": "hy", "ビ": "by",
    "ピ": "py", "ミ": "my", "リ": "ry",
}  # fmt: skip
_Y_VOWELS = {"ャ": "a", "ュ": "u", "ョ": "o"}
_PAIRS |= {kana + small: head + vowel for kana, head in _Y_ROWS.items() for small, vowel in _Y_VOWELS.items()}


def romanise(katakana: str) -> str:
    """The Hepburn spelling of the kana, letters and digits of folded text; everything else (kanji, ー) is left out.

    `トヨタ自動車` → `toyota`, `キッコーマン` → `kikkoman`. Empty when there is no kana at all.
    """
    letters: list[str] = []
    has_kana = False
    is_doubled = False
    position = 0
    while position < len(katakana):
        width = 2 if katakana[position : position + 2] in _PAIRS else 1
        kana = katakana[position : position + width]
        position += width
        if kana == "ッ":
            is_doubled = has_kana = True
            continue
        syllable = _PAIRS.get(kana) or _SINGLE.get(kana)
        if syllable:
            has_kana = True
        elif kana.isascii() and kana.isalnum():
            syllable = kana
        else:
            continue
        if is_doubled and syllable[0].isalpha():
            letters.append("t" if syllable.startswith("ch") else syllable[0])
        is_doubled = False
        letters.append(syllable)
    return "".join(letters) if has_kana else ""
