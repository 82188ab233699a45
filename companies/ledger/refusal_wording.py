"""Why the ledger did not take a list, or has none to show: in words, in the language of the page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.choices import EventType
from companies.errors import SnapshotNotFound, SnapshotRefused
from companies.fields import COMPANY_FIELDS, FIELD_BY_NAME


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


def explain_text_fault(fault: Mapping[str, Any], *, place: str, field: str) -> str:
    """What is wrong with a field: the details of a `TextFault`. `place` is a row or a code, `field` as its source names it."""
    problem = fault["problem"]
    if problem == "form":
        problem = "code" if fault["field"] == "code" else "form"
    judged = FIELD_BY_NAME.get(fault["field"])
    form = gettext(judged.form_words) if judged and judged.form_words else ""
    return gettext("{place}「{field}」: {words}").format(
        place=place, field=field, words=_FAULTS[problem] % {"form": form, **fault}
    )


def field_label(name: str) -> str:
    """What people call a field of `ListedIssue`."""
    if name == "code":
        return gettext("コード")
    if name in FIELD_BY_NAME:
        return gettext(FIELD_BY_NAME[name].label)
    named = next(field for field in COMPANY_FIELDS if field.told_name == name)
    return gettext("{label}の名称").format(label=gettext(named.label))


_FAULTS: dict[str, Any] = {
    "control": _("制御文字 %(character)s が含まれています（「%(value)s」）。取り除いてください。"),
    "line_break": _("改行 %(character)s が含まれています（「%(value)s」）。1 行にしてください。"),
    "direction": _("文字の並ぶ向きを変える文字 %(character)s が含まれています（「%(value)s」）。取り除いてください。"),
    "not_text": _("文字ではない値 %(character)s が含まれています（「%(value)s」）。取り除いてください。"),
    "too_long": _(
        "%(length)s 文字あり、長すぎます（上限 %(limit)s 文字、「%(value)s」）。列がずれていないか確認してください。"
    ),
    "invisible": _("目に見える文字がありません（%(character)s）。正しい名称を入れてください。"),
    "spreadsheet_error": _("表計算のエラー値「%(value)s」です。元のセルの数式を直して保存し直してください。"),
    "code": _(
        "「%(value)s」は銘柄コードではありません（4 桁、または 5 桁の英数字。先頭は 1 から 9、英字は 2 桁目と 4 桁目だけで、"
        "B・E・I・O・Q・V・Z は使われません）。"
    ),
    "form": _(
        "「%(value)s」は%(form)sではありません。先頭の 0 が失われていないか、列がずれていないか確認してください。"
    ),
}


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


def _unusable_text(details: Mapping[str, Any]) -> str:
    first = details["sample"][0]
    place = gettext("{row} 件目（コード {code}）").format(row=first["row"], code=first["code"])
    words = explain_text_fault(first, place=place, field=field_label(first["field"]))
    others = details["count"] - 1
    return words if not others else words + gettext("（ほか {others:,} 件）").format(others=others)


def _garbled_text(details: Mapping[str, Any]) -> str:
    first = details["sample"][0]
    return gettext(
        "文字化けした（変換で失われた）文字を含む銘柄が {count:,} 件あります（最初は {code}「{company_name}」）。"
        "取得元またはファイルの文字コードを確認してください。元の一覧がそうなっているのであれば、強制的に取り込めます。"
    ).format(count=details["count"], **first)


def _too_few_rows(details: Mapping[str, Any]) -> str:
    return gettext(
        "{rows:,} 件しかなく、最も近い一覧（{day}、{nearest_rows:,} 件）の {row_share:.1%} です"
        "（{required_share:.1%} 以上が必要）。一覧が途中で切れていないか確認してください。"
        "正しい一覧であれば、強制的に取り込めます。"
    ).format(day=date.fromisoformat(details["nearest_date"]), **details)


def _too_few_known_codes(details: Mapping[str, Any]) -> str:
    return gettext(
        "最も近い一覧（{day}、{nearest_rows:,} 件）にある銘柄の {kept_share:.1%} しか含まれていません"
        "（{required_share:.1%} 以上が必要、{missing:,} 件が不足）。一覧が途中で切れていないか確認してください。"
        "正しい一覧であれば、強制的に取り込めます。"
    ).format(day=date.fromisoformat(details["nearest_date"]), **details)


def _unusual_changes(details: Mapping[str, Any]) -> str:
    words = gettext(
        "{kind}が {count:,} 件あり、最も近い一覧（{day}、{days:,} 日違い）との間にふつう起こる {allowed:,} 件までを"
        "大きく超えています（例: {codes}）。"
    ).format(
        kind=_kind(details["kind"]), count=details["count"], day=date.fromisoformat(details["nearest_date"]),
        days=details["days"], allowed=details["allowed"], codes=gettext("、").join(details["sample"][:5]),
    )  # fmt: skip
    others = [
        gettext("{kind} {count:,} 件（{allowed:,} 件まで）").format(
            kind=_kind(rule["kind"]), count=rule["count"], allowed=rule["allowed"]
        )
        for rule in details["rules"]
        if rule["kind"] != details["kind"]
    ]
    if others:
        words += gettext("ほかに {others}。").format(others=gettext("、").join(others))
    return words + gettext(
        "列のずれや文字化けがないか確認してください。市場再編や定期入替など、正しい一覧であれば、強制的に取り込めます。"
    )


def _kind(event: str) -> str:
    """Who appears in a list may have been listed long before."""
    return gettext("新しい銘柄") if event == EventType.LISTED else str(EventType(event).label)


_WORDINGS = {
    "empty": _empty,
    "incomplete_row": _incomplete,
    "unusable_text": _unusable_text,
    "garbled_text": _garbled_text,
    "duplicate_code": _duplicate,
    "too_few_rows": _too_few_rows,
    "too_few_known_codes": _too_few_known_codes,
    "unusual_changes": _unusual_changes,
}
