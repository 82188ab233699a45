"""What the evidence of a succession says, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.issuers.lineage.rules import HIGH, LIKELY
from masters.models import Market, Sector33

_RULES: dict[str, Promise] = {
    "gone_and_come": _("前の銘柄がなくなり、後の銘柄が現れた時期が重なるか近く、比べた内容が一致する"),
    "same_issuer": _("同じ発行体（EDINET コード）が別の証券コードで届け出ている"),
    "same_code": _("同じ証券コードで、別の発行体（EDINET コード）が届け出ている"),
}
_LIKENESSES: dict[str | None, Promise] = {
    "same": _("同じ"), "beginning": _("一方がもう一方で始まる"), "part": _("一方がもう一方に含まれる"), "initials": _("一方がもう一方の頭文字"),
    "start": _("始まりが同じ"), "piece": _("一方の始まりがもう一方に含まれる"), None: _("似ていない"),
}  # fmt: skip


def describe_rule(evidence: Mapping[str, Any]) -> str:
    """Which rule proposed it."""
    return str(_RULES.get(str(evidence.get("rule")), evidence.get("rule", "")))


def describe_confidence(confidence: float) -> str:
    """As a share, with a word for it."""
    word = gettext("高い") if confidence >= HIGH else gettext("ふつう") if confidence >= LIKELY else gettext("低い")
    return f"{word}（{confidence:.1%}）"


def describe_signals(evidence: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Each signal as (what was compared, before, after, what it says), the strongest first."""
    names: dict[str, dict[str, str]] = {
        "sector": dict(Sector33.objects.names()),
        "market": dict(Market.objects.names()),
    }
    return [_describe(signal, names.get(signal["signal"], {})) for signal in evidence.get("signals", ())]


def _describe(signal: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, str, str, str]:
    heading, say = _SIGNALS[signal["signal"]]
    before, after = (names.get(str(signal.get(end)), signal.get(end)) or "" for end in ("before", "after"))
    factor = gettext("{factor} 倍").format(factor=f"{signal['factor']:,g}")
    return str(heading), str(before), str(after), f"{say(signal)}（{factor}）"


def _name(signal: Mapping[str, Any]) -> str:
    shared = gettext("共通: {shared}").format(shared=signal["shared"]) if signal.get("shared") else ""
    return " ".join(part for part in (str(_LIKENESSES[signal.get("likeness")]), shared) if part)


def _same(signal: Mapping[str, Any]) -> str:
    return gettext("同じ") if signal["is_same"] else gettext("異なる")


def _address(signal: Mapping[str, Any]) -> str:
    return gettext("市区町村が同じ") if not signal["is_same"] and signal["is_near"] else _same(signal)


def _gap(signal: Mapping[str, Any]) -> str:
    return gettext("間は {least}〜{most} 日").format(least=signal["least"], most=signal["most"])


def _both_listed(signal: Mapping[str, Any]) -> str:
    return gettext("{day} の EDINET コード一覧に両方のコードがある").format(day=signal["day"])


def _filed(signal: Mapping[str, Any]) -> str:
    return gettext("後の銘柄の発行体は {day} の EDINET コード一覧にすでに載っていた").format(day=signal["since"])


_SIGNALS: dict[str, tuple[Promise, Callable[[Mapping[str, Any]], str]]] = {
    "name": (_("名称・読み"), _name), "address": (_("所在地"), _address), "sector": (_("33業種"), _same),
    "fiscal_year_end": (_("決算月"), _same), "market": (_("市場区分"), _same), "gap": (_("時期"), _gap),
    "both_listed": (_("同時の上場"), _both_listed), "filed_long_before": (_("届出の始まり"), _filed),
}  # fmt: skip
