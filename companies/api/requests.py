"""What the views of companies have in common, from the request and to the answer."""

from collections.abc import Callable
from datetime import date
from typing import Protocol, TypeVar

from rest_framework.request import Request

from api.endpoints.states import refuse_other_state
from api.front.admission import ADMISSION
from companies.api.errors import snapshot_errors
from companies.api.knowledge import choose_universe, revision_not_found
from companies.api.past_universes import MastersChanged
from companies.api.universe import Universe, companies_of
from companies.apps import COMPANIES
from companies.code_notation import find_code
from companies.errors import RevisionNotFound
from companies.known.reading import LedgerReading
from companies.models import Company

_ATTEMPTS = 3


class _Held(Protocol):
    """Of a state of the data."""

    @property
    def state(self) -> str:
        """As answers name it."""

    @property
    def revision(self) -> int:
        """The last of the ledger."""


Held = TypeVar("Held", bound=_Held)


def held_now(
    held_of: Callable[[str | None], Held], request: Request | None, wanted_state: str | None, revision: int | None
) -> Held:
    """What the process holds, by the generation that a request was admitted with; by the database's own where Redis knows of none, or
    without a request.

    A caller who asks for another state, or for a revision that is not there, may know of a newer one: then the database decides.
    Raises the API's 409.
    """
    admission = request.META.get(ADMISSION) if request is not None else None
    now = held_of((admission.generation_of(COMPANIES) or None) if admission else None)
    if wanted_state not in (None, now.state) or (revision or 0) > now.revision:
        now = held_of(None)
        refuse_other_state(wanted_state, now.state)
    return now


def universe_of(
    request: Request | None, wanted_state: str | None, *, as_of: date | None = None, revision: int | None = None
) -> Universe:
    """The companies that a request asks for, as `held_now`. Raises the API's 404 and 409."""
    now = held_now(companies_of, request, wanted_state, revision)
    for attempt in range(_ATTEMPTS):
        try:
            with snapshot_errors():
                return choose_universe(now, as_of, revision)
        except RevisionNotFound as error:
            raise revision_not_found(error) from error
        except MastersChanged:
            if attempt + 1 == _ATTEMPTS:
                raise
            now = companies_of(None)
    raise AssertionError(_ATTEMPTS)


def find_coming_day(code: str) -> date | None:
    """The day of the first list with a company, where that is still to come (`companies.ledger.ledger_day`)."""
    coming = Company.objects.filter(code=find_code(code) or "", is_coming=True)
    day: date | None = coming.values_list("first_seen_on", flat=True).first()
    return day


def day_in_force(reading: LedgerReading, day: date) -> date:
    """The day of the list in force on a day. Raises the API's 404 before the first."""
    with snapshot_errors():
        return reading.day_in_force(day)
