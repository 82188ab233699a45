"""From the bytes of a file to rows of text: `.xls`, `.xlsx` and `.csv`, told apart by content, never by name."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from datasources.errors import ListFileError
from datasources.jpx.table_process import ProgramFailed, run_program

logger = structlog.get_logger(__name__)

#: A real list has 0.5 to 0.9 MB and 4,500 rows.
MAX_FILE_BYTES = 10 * 1024 * 1024

_OLD_EXCEL = _("古い形式の Excel ファイル（Excel 95 以前）")
# What is told apart by its first bytes, before anything is read.
_FOREIGN: dict[bytes, str | Promise] = {
    b"\x89PNG": _("PNG 画像"),
    b"\xff\xd8\xff": _("JPEG 画像"),
    b"GIF8": _("GIF 画像"),
    b"%PDF": "PDF",
    b"\x1f\x8b": _("gzip 圧縮ファイル"),
    b"7z\xbc\xaf\x27\x1c": _("7-Zip 圧縮ファイル"),
    b"Rar!": _("RAR 圧縮ファイル"),
    b"BZh": _("bzip2 圧縮ファイル"),
    b"\xfd7zXZ": _("xz 圧縮ファイル"),
    b"\x28\xb5\x2f\xfd": _("Zstandard 圧縮ファイル"),
    b"PAR1": "Parquet",
    b"SQLite format 3": _("SQLite データベース"),
    b"MIME-Version:": _("Web アーカイブ（MHTML）"),
    b"{\\rtf": _("リッチテキスト（RTF）"),
    # Excel 2, 3, 4 and 95 without a container.
    b"\x09\x00\x04\x00": _OLD_EXCEL,
    b"\x09\x00\x06\x00": _OLD_EXCEL,
    b"\x09\x02\x06\x00": _OLD_EXCEL,
    b"\x09\x04\x06\x00": _OLD_EXCEL,
    b"\x09\x08\x08\x00": _OLD_EXCEL,
}
_FORMATS: dict[str, str | Promise] = {
    "xlsb": _("Excel バイナリ ブック（.xlsb）"),
    "ods": _("OpenDocument 表計算（.ods）"),
    "numbers": _("Numbers のファイル"),
    "word": _("Word の文書"),
    "powerpoint": _("PowerPoint の文書"),
    "old_excel": _OLD_EXCEL,
}
_EXPECTED = _("JPX の上場銘柄一覧（data_j.xls、または .xlsx・.csv に保存し直したもの）を指定してください。")


def read_table(
    content: bytes, *, header: Sequence[str], interpreter: str | None = None
) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet that has the words of `header` near its top, as `(row number from 1, cells)`; every cell
    is text without outer white space.

    Excel numbers lose their `.0`, Excel dates become `YYYYMMDD`, Excel's error values become empty. A visible sheet goes
    before a hidden one. Raises `ListFileError` for anything that is not such a table: pictures, HTML, damaged or
    protected workbooks, other formats, text in another encoding, files far too large. Read in a process of its own, by
    `interpreter` (`None`: ours).
    """
    _refuse_at_sight(content)
    try:
        answer = run_program(content, header, interpreter=interpreter)
    except ProgramFailed as failure:
        logger.warning("list_file_unreadable", returncode=failure.args[0], size_bytes=len(content))
        raise ListFileError(_explain_failure(failure)) from failure
    except OSError as error:
        logger.exception("list_file_not_read")
        raise ListFileError(
            gettext(
                "ファイルを読み取るプロセスを起動できません（{reason}）。サーバーの空きメモリーとプロセス数を確認して、"
                "もう一度お試しください。"
            ).format(reason=error.strerror)
        ) from error
    first, *rows = answer.split(b"\n")
    about = json.loads(first)
    if "refused" in about:
        raise ListFileError(_WORDINGS[about["refused"]](about))
    yield from ((number, json.loads(row)) for number, row in enumerate(rows, start=1))


def _refuse_at_sight(content: bytes) -> None:
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


def _explain_failure(failure: ProgramFailed) -> str:
    if failure.took_too_long:
        return gettext(
            "ファイルの読み取りが時間内に終わりません（壊れているか、一覧よりはるかに多くの内容があります）。{expected}"
        ).format(expected=_EXPECTED)
    return _memory({}) if failure.took_too_much else _damaged({})


def _memory(_about: Mapping[str, Any]) -> str:
    return gettext(
        "ファイルの読み取りにメモリーが足りません。一覧から遠く離れたセルに空白などが残っているか、壊れています。"
        "Excel で Ctrl+End を押すと最後のセルに移動できます。一覧の範囲だけを新しいブックに貼り付けて保存し直してください。"
    )


def _damaged(_about: Mapping[str, Any]) -> str:
    return gettext("Excel ファイルとして読めません（壊れているか、途中で切れています）。{expected}").format(
        expected=_EXPECTED
    )


def _password(_about: Mapping[str, Any]) -> str:
    return gettext("パスワードで保護されています。保護を解除して保存し直してください。")


def _format(about: Mapping[str, Any]) -> str:
    return gettext("{kind}は読めません。Excel ブック（.xlsx）または CSV として保存し直してください。").format(
        kind=_FORMATS[about["format"]]
    )


def _zip(about: Mapping[str, Any]) -> str:
    return gettext("ZIP ファイルです（中身: {names}）。展開して、中の一覧ファイルを指定してください。").format(
        names=gettext("、").join(about["names"])
    )


def _unpacked(about: Mapping[str, Any]) -> str:
    return gettext("展開後のサイズが大きすぎます（{unpacked:,} バイト）。{expected}").format(
        unpacked=about["unpacked"], expected=_EXPECTED
    )


def _too_many_rows(about: Mapping[str, Any]) -> str:
    return gettext("行が多すぎます（{max_rows:,} 行を超えています）。{expected}").format(
        max_rows=about["limit"], expected=_EXPECTED
    )


def _too_many_columns(about: Mapping[str, Any]) -> str:
    return gettext(
        "列が多すぎます（{columns:,} 列、上限 {limit:,}）。一覧の右に離れたセルがあれば、その列を削除して保存し直してください。"
    ).format(columns=about["columns"], limit=about["limit"])


def _too_much_text(about: Mapping[str, Any]) -> str:
    return gettext("セルの文字が多すぎます（全体で {limit:,} バイトを超えています）。{expected}").format(
        limit=about["limit"], expected=_EXPECTED
    )


def _several_sheets(about: Mapping[str, Any]) -> str:
    return gettext(
        "一覧のあるシートが複数あります（{sheets}）。取り込むシートだけを残して保存し直してください。"
    ).format(sheets=gettext("、").join(about["sheets"]))


def _no_header(about: Mapping[str, Any]) -> str:
    return gettext(
        "見出し行（日付、コード、銘柄名 …）が、どのシートにも見つかりません（{sheets}）。"
        "JPX の上場銘柄一覧（data_j）を見出しのまま指定してください。"
    ).format(sheets=gettext("、").join(about["sheets"]))


def _csv(about: Mapping[str, Any]) -> str:
    return gettext("CSV として読めません（{error}）。{expected}").format(error=about["error"], expected=_EXPECTED)


def _utf16(_about: Mapping[str, Any]) -> str:
    return gettext("文字コードが UTF-16 です。UTF-8 または CP932（Shift_JIS）で保存し直してください。")


def _encoding(_about: Mapping[str, Any]) -> str:
    return gettext(
        "文字コードを判別できないか、見出し行がありません。UTF-8（BOM の有無は問いません）または CP932（"
        "Shift_JIS）で保存された銘柄一覧ではありません。{expected}"
    ).format(expected=_EXPECTED)


#: For each reason of the program.
_WORDINGS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "damaged": _damaged, "memory": _memory, "password": _password, "format": _format, "zip": _zip, "unpacked": _unpacked,
    "too_many_rows": _too_many_rows, "too_many_columns": _too_many_columns, "too_much_text": _too_much_text,
    "several_sheets": _several_sheets, "no_header": _no_header, "csv": _csv, "utf16": _utf16, "encoding": _encoding,
}  # fmt: skip
