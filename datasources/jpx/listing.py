"""JPX's list of listed issues, read into the ledger's rows.

Columns: 日付, コード, 銘柄名, 市場・商品区分, 33業種コード, 33業種区分, 17業種コード, 17業種区分, 規模コード, 規模区分; `-` means none.
Source: JPX, "List of TSE-listed issues" (data_j.xls), lists of 2017 to 2026.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext

from companies.codes import securities_code
from companies.ledger.listed_text import find_fault, show_text
from companies.ledger.refusal_wording import explain_text_fault
from companies.listed_issue import ListedIssue
from datasources.errors import ListFileError
from datasources.file_providers import FileList
from datasources.jpx.market_labels import find_market
from datasources.jpx.table import read_table

_COLUMNS = (
    "日付", "コード", "銘柄名", "市場・商品区分", "33業種コード", "33業種区分", "17業種コード", "17業種区分", "規模区分",
)  # fmt: skip
_HEADER_WORDS = ("コード", "銘柄名")
_HEADER_WITHIN_ROWS = 10
_DATE = re.compile(r"(\d{4})([/-]?)(\d{1,2})\2(\d{1,2})")
# JPX dates a list by the end of its month, and J-Quants publishes the next business day's: no list is dated later.
_LATEST_AHEAD = timedelta(days=31)
_LONGEST_LABEL = 50
_NONE = ("-", "－")
#: The column that a field of an issue was read from.
_FAULTY_COLUMN = {
    "code": "コード", "company_name": "銘柄名", "market_code": "市場・商品区分", "sector33_code": "33業種コード",
    "sector33_name": "33業種区分", "sector17_code": "17業種コード", "sector17_name": "17業種区分", "scale_category": "規模区分",
}  # fmt: skip
_NO_SECTOR33, _NO_SECTOR17 = "9999", "99"


def read_listing(content: bytes, *, today: date) -> FileList:
    """Read a `data_j` file (`.xls`, `.xlsx`, `.csv` in UTF-8 or CP932). `today` is the day in Japan.

    Raises `ListFileError` that names row and column for what is not such a list. Duplicate codes are left in: judging
    the list as a whole is the ledger's part. A market label never seen before leaves the market untold and gives a
    warning: the rest of the list is as good, and a guessed market would not be.
    """
    rows = read_table(content, header=_HEADER_WORDS)
    positions = _find_header(rows)
    days: set[date] = set()
    unknown_labels: Counter[str] = Counter()
    issues = []
    for number, cells in rows:
        if not any(cells):
            continue
        if len(cells) <= max(positions.values()):
            raise ListFileError(
                gettext("{number} 行目: 列が足りません。ファイルが途中で切れていないか確認してください。").format(
                    number=number
                )
            )
        row = {name: cells[at] for name, at in positions.items()}
        days.add(_read_date(row["日付"], number, today=today))
        if len(days) > 1:
            shown = "、".join(map(str, sorted(days)))
            raise ListFileError(
                gettext(
                    "{number} 行目: 日付が混ざっています（{shown}）。1 つの基準日の一覧だけを指定してください。"
                ).format(number=number, shown=shown)
            )
        if find_market(row["市場・商品区分"]) is None:
            unknown_labels[show_text(row["市場・商品区分"], _LONGEST_LABEL)] += 1
        issues.append(_read_issue(row, number))
    if not issues:
        raise ListFileError(
            gettext("見出し行だけで、銘柄が 1 件もありません。ファイルが途中で切れていないか確認してください。")
        )
    return FileList(days.pop(), issues, _warn_of(unknown_labels))


def _warn_of(unknown_labels: Mapping[str, int]) -> list[str]:
    return [
        gettext(
            "未知の市場・商品区分「{label}」が {count:,} 件あります。この項目は「不明」として取り込みます。"
        ).format(label=label, count=count)
        for label, count in unknown_labels.items()
    ]


def _find_header(rows: Iterator[tuple[int, list[str]]]) -> dict[str, int]:
    for number, cells in rows:
        names = ["".join(unicodedata.normalize("NFKC", cell).split()) for cell in cells]
        if all(word in names for word in _HEADER_WORDS):
            missing = [column for column in _COLUMNS if column not in names]
            if missing:
                raise ListFileError(
                    gettext(
                        "列が足りません: {missing}。JPX の上場銘柄一覧（data_j）の見出しのまま指定してください。"
                    ).format(missing="、".join(missing))
                )
            return {column: names.index(column) for column in _COLUMNS}
        if number >= _HEADER_WITHIN_ROWS:
            break
    raise ListFileError(
        gettext(
            "見出し行（日付、コード、銘柄名 …）が見つかりません。JPX の上場銘柄一覧（data_j）を見出しのまま指定してください。"
        )
    )


def _read_issue(row: dict[str, str], number: int) -> ListedIssue:
    code = unicodedata.normalize("NFKC", row["コード"]).upper().removesuffix(".0")
    if code and row["銘柄名"] in ("", *_NONE):
        raise ListFileError(
            gettext("{number} 行目「銘柄名」: 銘柄名がありません（コード {code}）。").format(number=number, code=code)
        )
    if missing := [column for column, text in row.items() if not text]:
        raise ListFileError(
            gettext(
                "{number} 行目「{column}」: 空です（なければ「-」と書かれます）。"
                "表計算のエラー値（#N/A など）のセルになっていないか、列がずれていないか確認してください。"
            ).format(number=number, column=missing[0])
        )
    market = find_market(row["市場・商品区分"])
    sector33 = _read_sector(row["33業種コード"], number, "33業種コード", width=4, none=_NO_SECTOR33)
    sector17 = _read_sector(row["17業種コード"], number, "17業種コード", width=1, none=_NO_SECTOR17)
    issue = ListedIssue(
        code=code,
        company_name=row["銘柄名"],
        market_code=market.market_code if market else None,
        product_category=market.product_category if market else None,
        sector33_code=sector33,
        sector33_name=None if sector33 == _NO_SECTOR33 else row["33業種区分"],
        sector17_code=sector17,
        sector17_name=None if sector17 == _NO_SECTOR17 else row["17業種区分"],
        scale_category=unicodedata.normalize("NFKC", row["規模区分"]),
    )
    if fault := find_fault(issue):
        place = gettext("{number} 行目").format(number=number)
        raise ListFileError(
            explain_text_fault(fault.details(), place=place, field=_FAULTY_COLUMN.get(fault.field, fault.field))
        )
    return replace(issue, code=securities_code(code))


def _read_sector(text: str, number: int, column: str, *, width: int, none: str) -> str:
    if text in _NONE:
        return none
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 4):
        raise ListFileError(
            gettext("{number} 行目「{column}」: 「{text}」は業種コードではありません（数字、または -）。").format(
                number=number, column=column, text=text
            )
        )
    return digits.zfill(width)


def _read_date(text: str, number: int, *, today: date) -> date:
    match = _DATE.fullmatch(text.removesuffix(".0"))
    try:
        if match is None:
            raise ValueError(text)
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError as error:
        raise ListFileError(
            gettext("{number} 行目「日付」: 「{text}」を日付として読めません（例: 20240229、2024-02-29）。").format(
                number=number, text=text
            )
        ) from error
    if not date(1949, 5, 16) <= day <= today + _LATEST_AHEAD:
        raise ListFileError(
            gettext("{number} 行目「日付」: {day} は一覧の基準日としてありえません（今日は {today}）。").format(
                number=number, day=day, today=today
            )
        )
    return day
