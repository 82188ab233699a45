"""EDINET's code list, read into the rows of the ledger of issuers.

A line with the day and the count, a header, then a line for each filer. Source: EDINET, 「EDINET コードリスト」
(Edinetcode_YYYYMMDD.zip), lists of 2018 to 2026 in Japanese and in English, one of them saved by a spreadsheet.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext

from companies.codes import securities_code
from companies.issuers.filer import Filer
from companies.issuers.filer_faults import find_filer_fault
from companies.issuers.reading import reading_without_form
from companies.issuers.refusal_wording import explain_filer_fault
from datasources.edinet.archive import read_text
from datasources.edinet.columns import Header, find_header, industry_in_japanese, is_individual, type_in_japanese
from datasources.errors import ListFileError
from datasources.issuer_providers import IssuerFile

_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
_COUNT = re.compile(r"([\d,]+)\s*件?")
_DAY_OF_YEAR = re.compile(r"(1[0-2]|[1-9])(?:月|\.)?(?:末日?|theendofthemonth|(3[01]|[12]\d|0?[1-9])日?)")
_MILLIONS = re.compile(r"\d{1,12}")
# A spreadsheet has kept three digits of thirteen.
_LOST_BY_SPREADSHEET = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_MAY_BE_ODD = ("corporate_number", "fiscal_year_end", "capital")
# No list is older than the service, which began in 2001.
_FIRST_DAY = date(2001, 6, 1)


def read_code_list(content: bytes, *, today: date) -> IssuerFile:
    """Read a list as it was downloaded, or the CSV in it. `today` is the day in Japan.

    Raises `ListFileError` that names row and column for what is not such a list, or not a whole one. Duplicate codes are left
    in: judging the list as a whole is the ledger's part.
    """
    rows = _read_rows(read_text(content))
    day, count = _read_first_line(next(rows, (1, [])), today=today)
    header = _read_header(next(rows, (2, [])))
    filers: list[Filer] = []
    individuals, unread = 0, Counter[str]()
    for number, cells in rows:
        if not any(cells):
            continue
        told = _told(cells, header, number)
        if not told["filer_type"]:
            raise ListFileError(
                gettext("{number} 行目「{column}」: 空です。個人かどうかが分からないため、取り込めません。").format(
                    number=number, column=header.names["filer_type"]
                )
            )
        if is_individual(told["filer_type"]):
            individuals += 1
            continue
        filer = _read_filer(told, header, number)
        # What a company is does not depend on these three: what is no day, no number, or was lost by a spreadsheet leaves the
        # field untold, and the rest is as good. Any other corporate number that cannot be one refuses the list.
        unread.update(field for field in _MAY_BE_ODD if told[field] and getattr(filer, field) is None)
        filers.append(filer)
    if len(filers) + individuals != count:
        raise ListFileError(
            gettext(
                "1 行目に {count:,} 件とありますが、{found:,} 件しか読めません（または多すぎます）。"
                "ファイルが途中で切れていないか確認し、もう一度ダウンロードしてください。"
            ).format(count=count, found=len(filers) + individuals)
        )
    return IssuerFile(day, filers, individuals, _warnings(unread, header))


def _warnings(unread: Counter[str], header: Header) -> list[str]:
    words = gettext(
        "「{column}」を読めない提出者が {count:,} 件あります。この項目は「不明」として取り込みます（ほかの一覧にあれば、それが使われます）。"
    )
    told = [words.format(column=header.names[field], count=count) for field, count in unread.items()]
    if "corporate_number" in unread:
        told.append(gettext("法人番号は、表計算ソフトで保存し直すと 5.07E+12 のような表記になり、失われます。"))
    return told


def _read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells without outer white space."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListFileError(
                gettext(
                    "{number} 行目: CSV として読めません。ファイルが途中で切れていないか確認し、もう一度ダウンロードしてください。"
                ).format(number=reader.line_num)
            ) from error
        yield reader.line_num, [cell.strip() for cell in cells]


def _read_first_line(line: tuple[int, list[str]], *, today: date) -> tuple[date, int]:
    """The day in Japan, and how many filers the list has."""
    cells = [unicodedata.normalize("NFKC", cell) for cell in line[1]]
    found = _DAY.search(cells[1]) if len(cells) > 3 else None
    counted = _COUNT.fullmatch(cells[3]) if found else None
    try:
        if found is None or counted is None:
            raise ValueError(cells)
        day, count = date(*map(int, found.groups())), int(counted[1].replace(",", ""))
    except ValueError as error:
        raise ListFileError(
            gettext(
                "1 行目に日付と件数がありません（例: ダウンロード実行日,2026年08月11日現在,件数,8120件）。"
                "EDINET コードリストの zip をそのまま指定してください。"
            )
        ) from error
    if not _FIRST_DAY <= day <= today:
        raise ListFileError(
            gettext("1 行目: {day} は一覧の日付としてありえません（今日は {today}）。").format(day=day, today=today)
        )
    return day, count


def _read_header(line: tuple[int, list[str]]) -> Header:
    header = find_header(line[1])
    if isinstance(header, list):
        raise ListFileError(
            gettext("2 行目: 列が足りません: {missing}。EDINET コードリストの zip をそのまま指定してください。").format(
                missing="、".join(header)
            )
        )
    return header


def _told(cells: list[str], header: Header, number: int) -> dict[str, str]:
    if len(cells) <= max(header.positions.values()):
        raise ListFileError(
            gettext("{number} 行目: 列が足りません。ファイルが途中で切れていないか確認してください。").format(
                number=number
            )
        )
    return {field: cells[place] for field, place in header.positions.items()}


def _read_filer(told: dict[str, str], header: Header, number: int) -> Filer:
    code = unicodedata.normalize("NFKC", told["securities_code"]).upper()
    number_told = unicodedata.normalize("NFKC", told["corporate_number"])
    filer = Filer(
        edinet_code=unicodedata.normalize("NFKC", told["edinet_code"]).upper(),
        securities_code=securities_code(code) or None,
        name=told["name"],
        name_english=told["name_english"] or None,
        name_kana=reading_without_form(told["name_kana"]),
        corporate_number=None if _LOST_BY_SPREADSHEET.fullmatch(number_told) else number_told or None,
        fiscal_year_end=_read_fiscal_year_end(told["fiscal_year_end"]),
        capital=_read_capital(told["capital"]),
        address=told["address"] or None,
        industry=industry_in_japanese(told["industry"]) or None,
        filer_type=type_in_japanese(told["filer_type"]) or None,
    )
    if fault := find_filer_fault(filer):
        raise ListFileError(explain_filer_fault(fault, row=number, column=header.names.get(fault.field, fault.field)))
    return filer


def _read_fiscal_year_end(text: str) -> str | None:
    """` 5月31日`, `5.31` → `5月31日`; `2月末日`, `2the end of the month` → `2月末日`; `None` for what is no day."""
    found = _DAY_OF_YEAR.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    return f"{found[1]}月{int(found[2])}日" if found[2] else f"{found[1]}月末日"


def _read_capital(text: str) -> str | None:
    """Millions of yen → yen; `None` for what is no number."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    return str(int(plain) * 1_000_000) if _MILLIONS.fullmatch(plain) else None
