"""Facts beside the lists as they were known once a revision was, and what people and rules had decided of successions."""

from collections.abc import Collection

from django.apps import apps
from django.db import connection

from companies.issuers.lineage.models import SuccessionKind, SuccessionStatus
from companies.models import Company, CompanyIssuer, ConfirmedSuccession, LedgerRevision, Succession
from companies.recorded import Recorded

#: Who a decision is by that was taken back later, and whose name only the record of changes has.
RETURNED = "（復元で戻した判断）"


def undo_facts(revision: int) -> tuple[int, int]:
    """How many facts of all kinds are gone, and how many are known again."""
    gone = back = 0
    for model in apps.get_models():
        if issubclass(model, Recorded):
            gone += model._base_manager.filter(recorded_in__gt=revision).delete()[0]
            back += model._base_manager.filter(withdrawn_in__gt=revision).update(withdrawn_in=None)
    return gone, back


def link_issuers(codes: Collection[str]) -> None:
    """To companies that were made anew."""
    for company in Company.objects.filter(code__in=codes):
        CompanyIssuer.objects.filter(code=company.code, company=None).update(company=company)


def forget_official_days() -> None:
    """What companies tell of them, before it is told anew: of a company whose only official day is gone nothing else would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE companies SET listed_on = NULL, delisted_on = NULL, delisting_reason = NULL"
            " WHERE num_nonnulls(listed_on, delisted_on, delisting_reason) > 0"
        )


def undo_decisions() -> int:
    """Bring what is said of successions in line with what counts as a fact, once that is as it was; how many were put right.

    What was rejected stays: that changed no fact, and is a person's word.
    """
    facts = {fact.succession_id: fact for fact in ConfirmedSuccession.objects.known_at()}
    count = Succession.objects.filter(status=SuccessionStatus.CONFIRMED).exclude(pk__in=facts).update(
        status=SuccessionStatus.PROPOSED, decided_by="", decided_at=None
    )  # fmt: skip
    for row in Succession.objects.filter(pk__in=facts):
        fact = facts[row.pk]
        is_right = row.status == SuccessionStatus.CONFIRMED
        if is_right and (row.day, row.kind) == (fact.day, fact.kind):
            continue
        row.status, row.day, row.kind = SuccessionStatus.CONFIRMED, fact.day, fact.kind
        if not is_right:
            row.decided_at = LedgerRevision.objects.get(number=fact.recorded_in).recorded_at
            row.decided_by = "" if row.kind == SuccessionKind.OTHER_CODE else RETURNED
        row.save()
        count += 1
    return count
