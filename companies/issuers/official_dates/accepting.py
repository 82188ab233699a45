"""A person accepts a difference between an official day and the lists, with a reason; and takes that back."""

from django.db import transaction

from api.generations import publish_after_commit
from companies.issuers.official_dates.errors import AcceptanceIncomplete, DifferenceNotFound
from companies.issuers.official_dates.models import AcceptedDifference
from companies.issuers.official_dates.reconciling import reconcile


def accept_difference(key: str, *, reason: str, accepted_by: str) -> AcceptedDifference:
    """Accept one that is there; again: with the newer reason. Raises `DifferenceNotFound` and `AcceptanceIncomplete`."""
    if not (reason.strip() and accepted_by.strip()):
        raise AcceptanceIncomplete
    if not any(one.key == key and one.is_difference for one in reconcile()):
        raise DifferenceNotFound(key)
    with transaction.atomic():
        publish_after_commit()
        told = {"reason": reason.strip(), "accepted_by": accepted_by.strip()}
        accepted, _is_new = AcceptedDifference.objects.update_or_create(key=key, defaults=told)
    return accepted


def revoke_acceptance(key: str) -> None:
    """It alerts again. Raises `DifferenceNotFound` where it was not accepted."""
    with transaction.atomic():
        publish_after_commit()
        if AcceptedDifference.objects.filter(key=key).delete()[0] == 0:
            raise DifferenceNotFound(key)
