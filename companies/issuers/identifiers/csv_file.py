"""From the bytes of a CSV file to statements: every row that cannot be right is named with its line, its field and the remedy."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from admin_pages.days import UnreadableDay, read_day
from companies.code_notation import find_code
from companies.issuers.identifiers.errors import IdentifiersRefused, RowFault
from companies.issuers.identifiers.file_header import Header, read_header
from companies.issuers.identifiers.models import IdentifierScheme
from companies.issuers.identifiers.statements import Statement, find_contrary
from companies.issuers.identifiers.values import NotAnIdentifier, find_scheme, read_value

#: All identifiers of all issues that ever were are a tenth of it.
MAX_FILE_BYTES = 20 * 1024 * 1024
_LONGEST_ORIGIN = 200
_SHOWN = 30
_YEARS = range(1878, 2101)
#: What other programs write for "no end".
_NO_END = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class IdentifierFile:
    """What a file says, and what of it was not used."""

    statements: list[Statement]
    warnings: list[str]


def read_identifiers(content: bytes, *, origin: str) -> IdentifierFile:
    """The statements of a file; `origin` is that of rows which name none. Raises `IdentifiersRefused` with all that is wrong."""
    rows = _rows(_decode(content))
    line, cells = next(rows, (1, []))
    header = read_header(cells, line)
    statements, faults = list[Statement](), list[RowFault]()
    for line, cells in rows:
        statements += _read_row(header, cells, line, origin, faults)
    faults += [_contrary(first, second) for first, second in find_contrary(statements)]
    if not statements and not faults:
        faults.append(_of_file(gettext("識別子が 1 件もありません。列名の次の行から、1 行に 1 件を書いてください。")))
    if faults:
        raise IdentifiersRefused(sorted(faults, key=lambda fault: fault.line or 0))
    warnings = [gettext("使わない列: {names}").format(names=gettext("、").join(header.unused))] if header.unused else []
    return IdentifierFile(list(dict.fromkeys(statements)), warnings)


def _decode(content: bytes) -> str:
    if not content.strip():
        raise IdentifiersRefused([_of_file(gettext("ファイルが空です。"))])
    if len(content) > MAX_FILE_BYTES:
        words = gettext("ファイルが大きすぎます（{count:,} バイト、上限 {most:,}）。分けて取り込んでください。")
        raise IdentifiersRefused([_of_file(words.format(count=len(content), most=MAX_FILE_BYTES))])
    if b"\0" in content or content[:2] == b"PK":
        words = gettext(
            "CSV ではありません（Excel ブック、圧縮ファイル、または UTF-16）。CSV UTF-8 として保存し直してください。"
        )
        raise IdentifiersRefused([_of_file(words)])
    if content.lstrip()[:1] == b"<":
        words = gettext("HTML または XML です（ダウンロードに失敗したページかもしれません）。CSV を指定してください。")
        raise IdentifiersRefused([_of_file(words)])
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    words = gettext("文字コードが UTF-8 でも Shift_JIS（CP932）でもありません。CSV UTF-8 として保存し直してください。")
    raise IdentifiersRefused([_of_file(words)])


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with the line on which each ends. A spreadsheet's copy has tabs."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if "," in first else "\t", strict=True)
    try:
        yield from ((reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells))
    except csv.Error as error:
        words = gettext('CSV として読めません（{reason}）。引用符「"」が閉じているか確かめてください。')
        raise IdentifiersRefused([RowFault(reader.line_num, gettext("行"), words.format(reason=error))]) from error


def _read_row(header: Header, cells: list[str], line: int, origin: str, faults: list[RowFault]) -> Iterator[Statement]:
    """The statements of a row; what is wrong with it goes into `faults`."""
    told = {name: cells[place].strip() if place < len(cells) else "" for name, place in header.columns.items()}
    wrong = len(faults)
    code = find_code(told["code"])
    if code is None:
        words = gettext(
            "「{code}」は証券コードではありません。4 文字か 5 文字のコード（7203、130A、25935 など）を指定してください。"
        )
        faults.append(RowFault(line, "code", words.format(code=told["code"][:_SHOWN])))
    begins = _read_day("valid_from", told.get("valid_from", ""), line, faults)
    ends = _read_end(told, line, faults)
    if begins and ends and begins >= ends and len(faults) == wrong:
        words = gettext("有効期間が逆です（{first} から始まり、{until} にはもう有効でない）。日付を確かめてください。")
        faults.append(RowFault(line, "valid_until", words.format(first=begins, until=ends)))
    source = told.get("origin") or origin
    if len(source) > _LONGEST_ORIGIN or not source.isprintable():
        words = gettext("出所は、制御文字を含まない {most} 文字までの文字列にしてください。")
        faults.append(RowFault(line, "origin", words.format(most=_LONGEST_ORIGIN)))
    values = list(_values(header, cells, told, line, faults))
    if len(faults) == wrong and code is not None:
        yield from (Statement(code, scheme, value, begins, ends, source, line) for scheme, value in values)


def _values(
    header: Header, cells: list[str], told: dict[str, str], line: int, faults: list[RowFault]
) -> Iterator[tuple[IdentifierScheme, str]]:
    """The identifiers of a row: one in the long form; in the wide one of each column that is filled."""
    wide = {scheme: cells[place].strip() if place < len(cells) else "" for scheme, place in header.schemes.items()}
    written = {scheme: text for scheme, text in wide.items() if text}
    if not header.schemes:
        scheme = find_scheme(told["scheme"])
        if scheme is None:
            words = gettext("「{scheme}」という体系は知りません。{known} のどれかを指定してください。")
            known = gettext("、").join(IdentifierScheme.values)
            faults.append(RowFault(line, "scheme", words.format(scheme=told["scheme"][:_SHOWN], known=known)))
            return
        written = {scheme: told["value"]}
    for scheme, text in written.items():
        try:
            yield scheme, read_value(scheme, text)
        except NotAnIdentifier as error:
            faults.append(RowFault(line, str(scheme) if header.schemes else "value", str(error)))


def _read_day(field: str, text: str, line: int, faults: list[RowFault]) -> date | None:
    try:
        day = read_day(text) if text else None
    except UnreadableDay:
        day = date.min
    if day is None or day.year in _YEARS or (day == _NO_END and field != "valid_from"):
        return day
    words = gettext("「{text}」は日付として読めません。2024-04-01 の形で指定してください。")
    faults.append(RowFault(line, field, words.format(text=text[:_SHOWN])))
    return None


def _read_end(told: dict[str, str], line: int, faults: list[RowFault]) -> date | None:
    """The first day on which it does not hold any more."""
    if "last_day" in told:
        last = _read_day("last_day", told["last_day"], line, faults)
        return None if last in (None, _NO_END) else last + timedelta(days=1)
    until = _read_day("valid_until", told.get("valid_until", ""), line, faults)
    return None if until == _NO_END else until


def _contrary(first: Statement, second: Statement) -> RowFault:
    words = gettext(
        "{line} 行目の {first} と有効期間が重なっています（{code} の {scheme}、{value}）。valid_from と valid_until を確かめてください。"
    ).format(
        line=first.line, first=first.value, code=second.code, scheme=IdentifierScheme(second.scheme).label, value=second.value
    )  # fmt: skip
    return RowFault(second.line, "valid_from", words)


def _of_file(words: str) -> RowFault:
    return RowFault(None, gettext("ファイル"), words)
