"""What the two variants of EDINET's code list, the Japanese and the English, call columns and values.

Source: EDINET, 「EDINET コードリスト」, lists of 2018 to 2026 (checked 2026-11-26). Of values only those are here that differ.
"""

import unicodedata
from dataclasses import dataclass

#: Field of `companies.issuers.filer.Filer` → its column in Japanese and in English.
COLUMNS = {
    "edinet_code": ("EDINETコード", "EDINET Code"),
    "filer_type": ("提出者種別", "Type of Submitter"),
    "capital": ("資本金", "Capital stock"),
    "fiscal_year_end": ("決算日", "account closing date"),
    "name": ("提出者名", "Submitter Name"),
    "name_english": ("提出者名(英字)", "Submitter Name(alphabetic)"),
    "name_kana": ("提出者名(ヨミ)", "Submitter Name(phonetic)"),
    "address": ("所在地", "Province"),
    "industry": ("提出者業種", "Submitter's industry"),
    "securities_code": ("証券コード", "Securities Identification Code"),
    "corporate_number": ("提出者法人番号", "Submitter's Japan Corporate Number"),
}

#: `Others` is three industries in Japanese: it does not say which.
_INDUSTRIES = {
    "Fishery, Agriculture & Forestry": "水産・農林業", "Mining": "鉱業", "Construction": "建設業", "Foods": "食料品",
    "Textiles & Apparels": "繊維製品", "Pulp & Paper": "パルプ・紙", "Chemicals": "化学", "Pharmaceutical": "医薬品",
    "Oil & Coal Products": "石油・石炭製品", "Rubber Products": "ゴム製品", "Glass & Ceramics Products": "ガラス・土石製品",
    "Iron & Steel": "鉄鋼", "Nonferrous Metals": "非鉄金属", "Metal Products": "金属製品", "Machinery": "機械",
    "Electric Appliances": "電気機器", "Transportation Equipments": "輸送用機器", "Precision Instruments": "精密機器",
    "Other Products": "その他製品", "Electric Power & Gas": "電気・ガス業", "Land Transportation": "陸運業",
    "Marine Transportation": "海運業", "Air Transportation": "空運業",
    "Warehousing & Harbor Transportation Services": "倉庫・運輸関連", "Information & Communication": "情報・通信業",
    "Wholesale Trade": "卸売業", "Retail Trade": "小売業", "Banks": "銀行業",
    "Securities & Commodity Futures": "証券、商品先物取引業", "Insurance": "保険業", "Other Financing Business": "その他金融業",
    "Real Estate": "不動産業", "Services": "サービス業",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """Where the fields are, and what the variant calls them."""

    positions: dict[str, int]
    names: dict[str, str]


def find_header(cells: list[str]) -> Header | list[str]:
    """Where the columns are; or the names of those that are missing, of the variant that has the most of them."""
    given = [_plain(cell) for cell in cells]
    headers, missing = [], []
    for variant in (0, 1):
        wanted = {field: names[variant] for field, names in COLUMNS.items()}
        lacking = [name for name in wanted.values() if _plain(name) not in given]
        missing.append(lacking)
        if not lacking:
            headers.append(Header({field: given.index(_plain(name)) for field, name in wanted.items()}, wanted))
    return headers[0] if headers else min(missing, key=len)


def industry_in_japanese(text: str) -> str | None:
    """As the Japanese variant has it; `None` where that is not known."""
    if not text.isascii():
        return text
    return _INDUSTRIES.get(text)


def type_in_japanese(text: str) -> str | None:
    """As the Japanese variant has it; `None` where that is not known."""
    return None if text.isascii() else text


def is_individual(filer_type: str) -> bool:
    """Whether the filer is a natural person, of whom nothing is kept (`個人（組合発行者を除く）`, `個人（非居住者）…`)."""
    plain = unicodedata.normalize("NFKC", filer_type).strip().lower()
    return "個人" in plain or "individual" in plain


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split()).lower()
