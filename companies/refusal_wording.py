"""Why the ledger did not take a list, or has none to show: in words, in the language of the page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext

from companies.errors import SnapshotNotFound, SnapshotRefused


def explain_refusal(refusal: SnapshotRefused) -> str:
    """What is wrong with the list, and what to do."""
    return explain_reason(refusal.reason, refusal.details)


def explain_reason(reason: str, details: Mapping[str, Any]) -> str:
    """The same for the stable word and the figures of a `SnapshotRefused`, as they are kept with a run."""
    return _WORDINGS[reason](details)


def explain_missing_list(error: SnapshotNotFound) -> str:
    """From when on there are lists."""
    if error.first_on is None:
        return gettext("まだ銘柄一覧が取り込まれていません。")
    return gettext("{day} 時点の一覧はありません。最初の一覧は {first_on} です。").format(
        day=error.day, first_on=error.first_on
    )


def _empty(details: Mapping[str, Any]) -> str:
    return gettext("一覧が空です（0 件）。取得元またはファイルを確認してください。")


def _incomplete(details: Mapping[str, Any]) -> str:
    first = details["sample"][0]
    return gettext(
        "コードまたは銘柄名のない行が {count} 件あります（最初は {row} 件目、コード「{code}」）。"
        "取得元またはファイルを確認してください。"
    ).format(count=details["count"], row=first["row"], code=first["code"])


def _duplicate(details: Mapping[str, Any]) -> str:
    return gettext("同じコードが 2 回以上現れます: {codes}（{count} 件）。重複した行を除いてください。").format(
        codes=gettext("、").join(details["sample"]), count=details["count"]
    )


def _too_few_rows(details: Mapping[str, Any]) -> str:
    return gettext(
        "{rows:,} 件しかなく、最も近い一覧（{day}、{nearest_rows:,} 件）の {row_share:.1%} です"
        "（{required_share:.0%} 以上が必要）。一覧が途中で切れていないか確認してください。"
        "正しい一覧であれば、強制的に取り込めます。"
    ).format(day=date.fromisoformat(details["nearest_date"]), **details)


def _too_few_known_codes(details: Mapping[str, Any]) -> str:
    return gettext(
        "最も近い一覧（{day}、{nearest_rows:,} 件）にある銘柄の {kept_share:.1%} しか含まれていません"
        "（{required_share:.0%} 以上が必要、{missing:,} 件が不足）。一覧が途中で切れていないか確認してください。"
        "正しい一覧であれば、強制的に取り込めます。"
    ).format(day=date.fromisoformat(details["nearest_date"]), **details)


_WORDINGS = {
    "empty": _empty,
    "incomplete_row": _incomplete,
    "duplicate_code": _duplicate,
    "too_few_rows": _too_few_rows,
    "too_few_known_codes": _too_few_known_codes,
}
