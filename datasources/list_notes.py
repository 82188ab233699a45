"""What went otherwise than usual while lists came in and stopped nothing: kept with the run as a word and figures, and put into
words in the language of whoever reads it. Of a file that could not be used, the reason too.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from datasources.errors import SourceError


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
    "BULK_UNAVAILABLE": _("一括ファイルの一覧を取得できないため、1 日ずつ取得します: {reason}"),
    "BULK_NONE_COVERS": _("一括ファイル {listed:,} 個のなかに、この期間に使えるものがないため、1 日ずつ取得します。"),
    "BULK_FILE_REFUSED": _("一括ファイル {file} を使えないため、その {days:,} 日分は 1 日ずつ取得します: {reason}"),
    "BULK_UNKNOWN_COLUMNS": _(
        "一括ファイル {file} に知らない列があります（{columns}）。その列は読まずに、ほかの列を使います。"
    ),
    "BULK_DAYS_MISSING": _("一括ファイル {file} に {count:,} 日分の行がないため、1 日ずつ取得します（{days}）。"),
    "BULK_DAYS_ODD": _(
        "一括ファイル {file} の {count:,} 日分の件数が、API と照合した日から大きく離れているため、1 日ずつ取得します（{days}）。"
    ),
    "BULK_GIVEN_UP": _("使えない一括ファイルが {count:,} 個続いたため、残りは 1 日ずつ取得します。"),
    # Reasons.
    "AS_TOLD": "{message}",
    "COLUMNS": _("列が想定と異なります（ない列: {missing}。重なる列: {twice}。届いた列: {header}）。"),
    "DISAGREES": _("{day} の {count:,} 銘柄が、API の一覧と異なります（例: {sample}）。"),
    "OTHER_DAY": _("{day} の行がありますが、API はその日の一覧として {told} を返します。"),
    "NO_DAYS": _("名前にある期間の行がありません。"),
    "HTML": _("CSV ではなく HTML が届きました。"),
    "NO_CSV": _("CSV として読めません。"),
    "NO_GZIP": _("gzip として最後まで展開できません（途中で切れているか、壊れています）。"),
    "NO_UTF8": _("文字コードが UTF-8 ではありません。"),
    "LINE_TOO_LONG": _("1 行が長すぎます（CSV ではないようです）。"),
    "RAGGED": _("{number:,} 行目の列の数が見出しと異なります。"),
    "TOO_MANY_ROWS": _("行が多すぎます（上限 {count:,} 行）。"),
    "TOO_LARGE": _("ファイルが大きすぎます（上限 {max_bytes:,} バイト）。"),
    "TOO_LARGE_UNPACKED": _("展開すると大きすぎます（上限 {max_bytes:,} バイト）。"),
    "NO_URL": _("応答にダウンロード用の URL がありません。"),
    "URL_REFUSED": _("渡された URL は、https の公開されたアドレスではありません。"),
    "HTTP_STATUS": _("配信元が HTTP {status} を返しました（URL の期限切れかもしれません）。"),
    "TIMEOUT": _("時間内にダウンロードできません。"),
    "TLS_ERROR": _("配信元との暗号化通信を始められません。"),
    "UNREACHABLE": _("配信元に接続できないか、途中で切断されました。"),
}  # fmt: skip


class FileNotUsable(SourceError):
    """A file cannot be used; `reason` as a note keeps it."""

    def __init__(self, code: str, *, is_retryable: bool = False, **details: Any) -> None:
        self.reason = ListNote(code, details).kept()
        super().__init__(code, explain_note(self.reason), is_retryable=is_retryable)


def reason_of(error: SourceError) -> dict[str, Any]:
    """Why, as a note keeps it; what others say in the words in which they said it."""
    return error.reason if isinstance(error, FileNotUsable) else ListNote("AS_TOLD", {"message": error.message}).kept()


def explain_note(kept: Mapping[str, Any]) -> str:
    """A note as it was kept, in words; of a code that is not known any more the code."""
    words = _WORDS.get(kept["code"])
    if words is None:
        return str(kept["code"])
    details = {name: _in_words(value) for name, value in kept["details"].items()}
    return str(words).format(**details)


def _in_words(value: Any) -> Any:
    """A list as a list in a sentence, a reason as a sentence."""
    if isinstance(value, dict):
        return explain_note(value)
    return (gettext("、").join(value) or "―") if isinstance(value, list) else value
