"""Why a list of issuers, or a row of it, was refused: in words for people."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.issuers.errors import IssuerListRefused
from companies.issuers.filer_faults import FilerFault

_PROBLEMS: dict[str, str | Promise] = {
    "missing": _("空です。ファイルが途中で切れていないか、列がずれていないか確認してください。"),
    "control": _("制御文字が含まれています（「{value}」）。取り除いてください。"),
    "line_break": _("改行が含まれています（「{value}」）。1 行にしてください。"),
    "direction": _("文字の並ぶ向きを変える文字が含まれています（「{value}」）。取り除いてください。"),
    "not_text": _("文字ではない値が含まれています（「{value}」）。取り除いてください。"),
    "too_long": _("長すぎます（「{value}」）。列がずれていないか確認してください。"),
}
_FORMS: dict[str, str | Promise] = {
    "edinet_code": _("「{value}」は EDINET コードではありません（E と数字 5 桁）。"),
    "securities_code": _("「{value}」は証券コードではありません（4 桁、または 5 桁の英数字）。"),
    "corporate_number": _(
        "「{value}」は法人番号ではありません（13 桁で、先頭の検査用数字が合いません）。元の一覧を確認してください。"
    ),
    "fiscal_year_end": _("「{value}」は決算日ではありません（例: 3月31日、2月末日）。"),
    "capital": _("「{value}」は資本金ではありません（百万円単位の数字）。"),
}
_LABELS: dict[str, str | Promise] = {
    "edinet_code": _("EDINET コード"), "securities_code": _("証券コード"), "name": _("提出者名"),
    "name_english": _("提出者名（英字）"), "name_kana": _("提出者名（ヨミ）"), "corporate_number": _("法人番号"),
    "fiscal_year_end": _("決算日"), "capital": _("資本金（円）"), "address": _("所在地"), "industry": _("提出者業種"),
    "filer_type": _("提出者種別"),
}  # fmt: skip


def explain_filer_fault(fault: FilerFault, *, row: int, column: str) -> str:
    """What is wrong with a field, where it is, and what to do."""
    words = _FORMS[fault.field] if fault.problem == "form" else _PROBLEMS[fault.problem]
    place = gettext("{row} 行目「{column}」: ").format(row=row, column=column)
    return place + str(words).format(value=fault.value)


def explain_issuer_refusal(refused: IssuerListRefused) -> str:
    """What is wrong with a list, and what to do."""
    return _REASONS[refused.reason](refused.details)


def _empty(_details: Mapping[str, Any]) -> str:
    return gettext("提出者が 1 件もありません。ファイルが途中で切れていないか確認してください。")


def _unusable_row(details: Mapping[str, Any]) -> str:
    first = details["sample"][0]
    fault = FilerFault(first["field"], first["problem"], first["value"])
    words = explain_filer_fault(fault, row=first["row"], column=str(_LABELS[first["field"]]))
    others = details["count"] - 1
    return words if not others else words + gettext("（ほか {others:,} 件）").format(others=others)


def _repeated(name: str) -> Callable[[Mapping[str, Any]], str]:
    def words(details: Mapping[str, Any]) -> str:
        told = gettext(
            "同じ{label}の提出者が複数あります（{codes}、{count:,} 個）。1 つのコードには 1 行だけのはずです。"
            "もう一度ダウンロードしてください。"
        )
        codes = gettext("、").join(details["sample"][:5])
        return told.format(label=_LABELS[name], codes=codes, count=details["count"])

    return words


def _garbled(details: Mapping[str, Any]) -> str:
    first = details["sample"][0]
    told = gettext(
        "文字化けした（変換で失われた）文字を含む提出者が {count:,} 件あります（最初は {edinet_code}「{name}」）。"
        "元の一覧がそうなっているのであれば、強制的に取り込めます。"
    )
    return told.format(count=details["count"], **first)


def _too_few(of: str | Promise) -> Callable[[Mapping[str, Any]], str]:
    def words(details: Mapping[str, Any]) -> str:
        told = gettext(
            "{of}（{day}）{total:,} 件のうち {share:.1%} しかありません（{required_share:.1%} 以上が必要）。"
            "一覧が途中で切れていないか確認してください。正しい一覧であれば、強制的に取り込めます。"
        )
        day = date.fromisoformat(details["nearest_date"])
        return told.format(
            of=of, day=day, total=details["of"], share=details["share"], required_share=details["required_share"]
        )

    return words


_REASONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "empty": _empty,
    "unusable_row": _unusable_row,
    "duplicate_edinet_code": _repeated("edinet_code"),
    "duplicate_securities_code": _repeated("securities_code"),
    "garbled_text": _garbled,
    "too_few_filers": _too_few(_("件数が、最も近い EDINET コード一覧")),
    "too_few_known_filers": _too_few(_("最も近い EDINET コード一覧の提出者")),
    "too_few_codes": _too_few(_("最も近い EDINET コード一覧の証券コード")),
    "too_few_companies": _too_few(_("上場していた内国株の銘柄")),
}
