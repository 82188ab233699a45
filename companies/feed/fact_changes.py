"""What a revision changed of the facts beside the lists: issuers, official days, identifiers and confirmed successions."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Q

from companies.models import CompanyIdentifier, CompanyIssuer, ConfirmedSuccession, OfficialDate
from companies.recorded import RecordedQuerySet

Row = dict[str, Any]


def _issuer(fact: CompanyIssuer) -> Row:
    return {
        "about": "issuer", "code": fact.code, "edinet_code": fact.edinet_code, "valid_from": fact.validity.lower,
        "valid_until": fact.validity.upper, "company_name_kana": fact.name_kana, "name_english": fact.name_english,
        "corporate_number": fact.corporate_number, "fiscal_year_end": fact.fiscal_year_end,
    }  # fmt: skip


def _official(fact: OfficialDate) -> Row:
    return {
        "about": "official_date",
        "code": fact.code,
        "kind": fact.kind,
        "date": fact.official_on,
        "reason": fact.reason,
    }


def _identifier(fact: CompanyIdentifier) -> Row:
    return {
        "about": "identifier", "code": fact.code, "scheme": fact.scheme, "value": fact.value,
        "valid_from": fact.validity.lower, "valid_until": fact.validity.upper,
    }  # fmt: skip


def _succession(fact: ConfirmedSuccession) -> Row:
    told = fact.succession
    return {
        "about": "succession", "predecessor": told.predecessor, "successor": told.successor, "date": fact.day, "kind": fact.kind,
    }  # fmt: skip


def _sources() -> Iterator[tuple[RecordedQuerySet, Callable[[Any], Row]]]:
    """In the order of the stream."""
    yield CompanyIssuer.objects.order_by("code", "validity"), _issuer
    yield OfficialDate.objects.order_by("code", "kind", "official_on"), _official
    yield CompanyIdentifier.objects.order_by("code", "scheme", "validity"), _identifier
    yield ConfirmedSuccession.objects.select_related("succession").order_by("pk"), _succession


def load_fact_changes(numbers: Sequence[int]) -> Iterator[tuple[int, bool, Row]]:
    """Revision, whether it took the fact back, and the fact."""
    wanted = {*numbers}
    for facts, tell in _sources():
        for fact in facts.filter(Q(recorded_in__in=numbers) | Q(withdrawn_in__in=numbers)):
            if fact.withdrawn_in in wanted:
                yield fact.withdrawn_in, True, tell(fact)
            if fact.recorded_in in wanted:
                yield fact.recorded_in, False, tell(fact)
