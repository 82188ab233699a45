"""What the views of companies have in common, from the request and to the answer."""

from datetime import date

from rest_framework.request import Request

from api.concurrency_limit import RETRY_SECONDS, Place, TooManyAtOnce, take_place
from api.endpoints.errors import ApiError
from api.endpoints.states import refuse_other_state
from api.front.admission import ADMISSION
from api.models import ApiKey
from companies.api.errors import snapshot_errors
from companies.api.universe import Universe, companies_of
from companies.models import ListingSnapshot


def universe_of(request: Request, wanted: str | None) -> Universe:
    """The companies of the generation that the request was admitted with; the database's own where Redis knows of none.

    A caller who asks for another state may know of a newer one: then the database decides, and raises the API's 409.
    """
    admission = request.META.get(ADMISSION)
    universe = companies_of((admission.generation or None) if admission else None)
    if wanted not in (None, universe.state):
        universe = companies_of(None)
        refuse_other_state(wanted, universe.state)
    return universe


def entry_in_force(day: date) -> ListingSnapshot:
    """The list in force on a day. Raises the API's 404 before the first."""
    with snapshot_errors():
        entry: ListingSnapshot = ListingSnapshot.objects.get_in_force_on(day)
    return entry


def place_for_export(request: Request) -> Place:
    """A place for an export of the caller. Raises the API's 429 where all are taken."""
    is_key = isinstance(request.auth, ApiKey)
    try:
        return take_place(f"key {request.auth.pk}" if is_key else f"user {request.user.pk}")
    except TooManyAtOnce as full:
        reason = "exports_of_this_caller" if full.is_own else "exports_in_all"
        raise ApiError(
            429,
            "RATE_LIMIT_EXCEEDED",
            ja=f"ファイルの出力は同時に {full.limit} 件までです。ほかの出力が終わってから、もう一度お試しください。",
            en=f"At most {full.limit} exports run at once. Try again when another has ended.",
            details={"reason": reason, "limit": full.limit, "retry_after_seconds": RETRY_SECONDS},
        ) from full
