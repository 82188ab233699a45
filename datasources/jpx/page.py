"""From the bytes of a saved HTML page to its tables, read in a process of its own (`page_program`)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from datasources.errors import ListFileError
from datasources.jpx.table_process import PAGE_PROGRAM, ProgramFailed, run_program

logger = structlog.get_logger(__name__)

#: A page of a year has 50 to 200 KB; saved with what it shows, a few times that.
MAX_PAGE_BYTES = 5 * 1024 * 1024
_REFUSALS: dict[str, str | Promise] = {
    "damaged": _("HTML として読めません（壊れているか、入れ子が深すぎます）。JPX のページを保存し直してください。"),
    "encoding": _(
        "文字コードを判別できません。JPX のページを、UTF-8 か Shift_JIS の HTML として保存し直してください。"
    ),
    "cut": _("ページが途中で切れています（終わりのタグがありません）。JPX のページを保存し直してください。"),
    "too_large": _("表が大きすぎます。JPX の上場廃止銘柄一覧か新規上場のページを指定してください。"),
    "too_much_text": _("表が大きすぎます。JPX の上場廃止銘柄一覧か新規上場のページを指定してください。"),
    "memory": _("ページの読み取りにメモリーが足りません。JPX のページを保存し直してください。"),
}


@dataclass(frozen=True, slots=True)
class PageRow:
    """The cells of one row of a table; a cell that spans several rows has the same number in each."""

    line: int
    texts: list[str]
    numbers: list[int]


def read_tables(content: bytes, *, words: Sequence[str], interpreter: str | None = None) -> list[list[PageRow]]:
    """The tables of a page that have a cell with one of the words. Raises `ListFileError`."""
    if len(content) > MAX_PAGE_BYTES:
        message = gettext("ページが大きすぎます（{size:,} バイト、上限 {most:,}）。HTML だけを保存し直してください。")
        raise ListFileError(message.format(size=len(content), most=MAX_PAGE_BYTES))
    try:
        answer = run_program(content, words, interpreter=interpreter, program=PAGE_PROGRAM)
    except ProgramFailed as failure:
        logger.warning("page_unreadable", returncode=failure.args[0], size_bytes=len(content))
        raise ListFileError(
            gettext(
                "ページを読み取れません（壊れているか、はるかに多くの内容があります）。JPX のページを保存し直してください。"
            )
        ) from failure
    except OSError as error:
        logger.exception("page_not_read")
        message = gettext("ページを読み取るプロセスを起動できません（{reason}）。もう一度お試しください。")
        raise ListFileError(message.format(reason=error.strerror)) from error
    first, *tables = answer.split(b"\n")
    about = json.loads(first)
    if "refused" in about:
        raise ListFileError(str(_REFUSALS[about["refused"]]))
    return [[_row(*row) for row in json.loads(table)] for table in tables]


def _row(line: int, cells: list[Any]) -> PageRow:
    return PageRow(line, [text for text, _number in cells], [number for _text, number in cells])
