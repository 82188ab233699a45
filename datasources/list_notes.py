"""What went otherwise than usual while lists came in and stopped nothing: kept with the run as a word and figures, and put into
words in the language of whoever reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ListNote:
    """One of them: a code that stays, and figures and texts without secrets, as JSON can hold them."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """As it is kept with the run."""
        return asdict(self)


#: Hears of what went otherwise.
TellNote = Callable[[ListNote], None]

_WORDS: dict[str, str | Promise] = {
    "BULK_USED": _(
        "一括ファイル {files:,} 個から {days:,} 日分を取得し、{asked:,} 日分は 1 日ずつ取得しました（ファイルと照合した日を含みます）。"
    ),
    "BULK_UNAVAILABLE": _("一括ファイルの一覧を取得できないため、1 日ずつ取得します: {message}"),
    "BULK_NONE_COVERS": _("一括ファイル {listed:,} 個のなかに、この期間に使えるものがないため、1 日ずつ取得します。"),
    "BULK_FILE_REFUSED": _("一括ファイル {file} を使えないため、その {days:,} 日分は 1 日ずつ取得します: {message}"),
    "BULK_UNKNOWN_COLUMNS": _(
        "一括ファイル {file} に知らない列があります（{columns}）。その列は読まずに、ほかの列を使います。"
    ),
    "BULK_DAYS_MISSING": _("一括ファイル {file} に {count:,} 日分の行がないため、1 日ずつ取得します（{days}）。"),
    "BULK_DAYS_ODD": _(
        "一括ファイル {file} の {count:,} 日分の件数が、API と照合した日から大きく離れているため、1 日ずつ取得します（{days}）。"
    ),
    "BULK_GIVEN_UP": _("使えない一括ファイルが {count:,} 個続いたため、残りは 1 日ずつ取得します。"),
}  # fmt: skip


def explain_note(kept: Mapping[str, Any]) -> str:
    """A note as it was kept, in words; of a code that is not known any more the code."""
    words = _WORDS.get(kept["code"])
    return kept["code"] if words is None else gettext(str(words)).format(**kept["details"])
