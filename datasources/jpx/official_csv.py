"""Official days in a CSV file: columns by name (`delisted_on,code`, or in Japanese), UTF-8 or CP932. It only adds: it is complete for nothing."""

import csv
import io
from contextlib import suppress
from datetime import date

from django.utils.translation import gettext

from datasources.jpx.official_columns import DAYS, fields_of
from datasources.jpx.official_rows import RowReader
from datasources.official_files import OfficialFile, OfficialFileError

#: Who tells it, where nobody says otherwise.
FILE_ORIGIN = "CSV"
_MAX_ROWS = 100_000


def read_csv(content: bytes, *, today: date) -> OfficialFile:
    """The days of a file. Raises `OfficialFileError`."""
    text = _decode(content)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    reader = RowReader(today)
    try:
        headings = next(rows, [])
        places = _find_columns(headings)
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if rows.line_num > _MAX_ROWS:
                raise OfficialFileError([gettext("行が多すぎます（上限 {limit:,}）。").format(limit=_MAX_ROWS)])
            if len(cells) != len(headings):
                message = gettext(
                    "{line} 行目: 列が {count} 個あります（見出しは {expected} 個）。区切りや引用符を確認してください。"
                )
                reader.problems.append(message.format(line=rows.line_num, count=len(cells), expected=len(headings)))
                continue
            reader.read(rows.line_num, {name: cells[place] for name, place in places.items()})
    except csv.Error as error:
        message = gettext("{line} 行目: CSV として読めません（{error}）。引用符が閉じているか確認してください。")
        raise OfficialFileError([message.format(line=rows.line_num, error=error)]) from error
    file = reader.finish(FILE_ORIGIN)
    unknown = [heading for place, heading in enumerate(headings) if place not in places.values() and heading.strip()]
    if unknown:
        file.warnings.append(gettext("使わない列: {columns}").format(columns="、".join(unknown)[:200]))
    return file


def _decode(content: bytes) -> str:
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in content:
        for encoding in ("utf-8-sig", "cp932"):
            with suppress(UnicodeDecodeError):
                return content.decode(encoding)
    raise OfficialFileError(
        [gettext("文字コードを判別できません。UTF-8 か Shift_JIS の CSV として保存し直してください。")]
    )


def _find_columns(headings: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in fields_of(headings):
        if name in places:
            message = gettext("1 行目: 同じ意味の列が 2 つあります（{first}、{second}）。1 つにしてください。")
            raise OfficialFileError([message.format(first=headings[places[name]], second=headings[place])])
        places[name] = place
    if "code" not in places or not any(day in places for day in DAYS):
        raise OfficialFileError(
            [
                gettext(
                    "1 行目に、コード（code）と、上場廃止日（delisted_on）または上場日（listed_on）の列が必要です。"
                    "例: delisted_on,code"
                )
            ]
        )
    if "official_on" in places and "kind" not in places:
        raise OfficialFileError(
            [gettext("1 行目: 日付（official_on）には、種別（kind: listed、delisted）の列が必要です。")]
        )
    return places
