"""From the bytes of a file to rows of text: `.xls`, `.xlsx` and `.csv`, told apart by content, never by name."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from datasources.errors import ListFileError

#: A real list has 0.5 to 0.9 MB and 4,500 rows.
MAX_FILE_BYTES = 10 * 1024 * 1024
_MAX_UNPACKED_BYTES = 100 * 1024 * 1024
_MAX_ROWS = 100_000

_OLE2 = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_FOREIGN = {
    b"\x89PNG": _("PNG 画像"),
    b"\xff\xd8\xff": _("JPEG 画像"),
    b"GIF8": _("GIF 画像"),
    b"%PDF": "PDF",
    b"\x1f\x8b": _("gzip 圧縮ファイル"),
}
_EXPECTED = _("JPX の上場銘柄一覧（data_j.xls、または .xlsx・.csv に保存し直したもの）を指定してください。")


def read_table(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet as `(row number from 1, cells)`; every cell is text without outer white space.

    Excel numbers lose their `.0`, Excel dates become `YYYYMMDD`. Raises `ListFileError` for anything that is not a
    table: pictures, HTML, damaged or protected workbooks, text in another encoding, files far too large.
    """
    if not content.strip():
        raise ListFileError(gettext("ファイルが空です。{expected}").format(expected=_EXPECTED))
    if len(content) > MAX_FILE_BYTES:
        raise ListFileError(
            gettext("ファイルが大きすぎます（{count:,} バイト、上限 {max_file_bytes:,}）。{expected}").format(
                count=len(content), max_file_bytes=MAX_FILE_BYTES, expected=_EXPECTED
            )
        )
    for magic, kind in _FOREIGN.items():
        if content.startswith(magic):
            raise ListFileError(
                gettext("{kind}です。銘柄一覧ではありません。{expected}").format(kind=kind, expected=_EXPECTED)
            )
    if content.lstrip()[:1] == b"<" or b"<html" in content[:1024].lower():
        raise ListFileError(
            gettext("HTML または XML です（ダウンロードに失敗したページかもしれません）。{expected}").format(
                expected=_EXPECTED
            )
        )
    rows = _read_workbook(content) if content.startswith((_OLE2, _ZIP)) else _read_csv(content)
    for number, cells in enumerate(rows, start=1):
        if number > _MAX_ROWS:
            raise ListFileError(
                gettext("行が多すぎます（{max_rows:,} 行を超えています）。{expected}").format(
                    max_rows=_MAX_ROWS, expected=_EXPECTED
                )
            )
        yield number, [_as_text(cell) for cell in cells]


def _read_workbook(content: bytes) -> Iterator[list[Any]]:
    if content.startswith(_ZIP):
        _refuse_zip_bomb(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        yield from workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise ListFileError(gettext("パスワードで保護されています。保護を解除して保存し直してください。")) from error
    except CalamineError as error:
        raise ListFileError(
            gettext("Excel ファイルとして読めません（壊れているか、途中で切れています）。{expected}").format(
                expected=_EXPECTED
            )
        ) from error


def _refuse_zip_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise ListFileError(
            gettext("Excel ファイルとして読めません（壊れているか、途中で切れています）。{expected}").format(
                expected=_EXPECTED
            )
        ) from error
    if unpacked > _MAX_UNPACKED_BYTES:
        raise ListFileError(
            gettext("展開後のサイズが大きすぎます（{unpacked:,} バイト）。{expected}").format(
                unpacked=unpacked, expected=_EXPECTED
            )
        )


def _read_csv(content: bytes) -> Iterator[list[Any]]:
    try:
        yield from csv.reader(io.StringIO(_decode(content), newline=""), strict=True)
    except csv.Error as error:
        raise ListFileError(
            gettext("CSV として読めません（{error}）。{expected}").format(error=error, expected=_EXPECTED)
        ) from error


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ListFileError(
            gettext("文字コードが UTF-16 です。UTF-8 または CP932（Shift_JIS）で保存し直してください。")
        )
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "コード" in unicodedata.normalize("NFKC", text[:2000]):
            return text
    raise ListFileError(
        gettext(
            "文字コードを判別できないか、見出し行がありません。UTF-8（BOM の有無は問いません）または CP932（"
            "Shift_JIS）で保存された銘柄一覧ではありません。{expected}"
        ).format(expected=_EXPECTED)
    )


def _as_text(cell: Any) -> str:
    if isinstance(cell, date):  # datetimes are dates too
        return f"{cell:%Y%m%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
