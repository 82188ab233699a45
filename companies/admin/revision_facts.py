"""What a revision changed of the facts beside the lists, laid out for its page."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext

from companies.feed.fact_changes import Row, load_fact_changes
from companies.issuers.identifiers.models import IdentifierScheme
from companies.issuers.lineage.models import SuccessionKind
from companies.issuers.official_dates.models import OfficialDateKind

#: Facts that are told one by one.
SHOWN_FACTS = 200


def fact_changes(number: int) -> dict[str, Any]:
    """How many of each kind, and the first of them: whether it was taken back, the kind, the code, and the rest in words."""
    labels = {
        "issuer": gettext("発行体"), "official_date": gettext("公式の上場日・廃止日"), "identifier": gettext("識別子"),
        "succession": gettext("承継"),
    }  # fmt: skip
    counted = Counter[str]()
    rows: list[tuple[bool, str, str, str]] = []
    for _, is_gone, fact in load_fact_changes([number]):
        counted[labels[fact["about"]]] += 1
        if len(rows) < SHOWN_FACTS:
            code = fact.get("code") or fact["successor"]
            rows.append((is_gone, labels[fact["about"]], code, _words(fact)))
    return {"fact_rows": rows, "fact_counts": list(counted.items()), "fact_total": counted.total()}


def _words(fact: Row) -> str:
    match fact["about"]:
        case "issuer":
            parts = (fact["edinet_code"], fact["company_name_kana"], _span(fact))
        case "official_date":
            parts = (OfficialDateKind(fact["kind"]).label, fact["date"], fact["reason"])
        case "identifier":
            parts = (IdentifierScheme(fact["scheme"]).label, fact["value"], _span(fact))
        case _:
            parts = (f"{fact['predecessor']} → {fact['successor']}", SuccessionKind(fact["kind"]).label, fact["date"])
    return gettext("、").join(str(part) for part in parts if part)


def _span(fact: Row) -> str:
    until = fact["valid_until"] or gettext("現在")
    return f"{fact['valid_from'] or ''} 〜 {until}"
