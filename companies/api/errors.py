"""The errors that the companies' endpoints name themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext

from api.endpoints.errors import ApiError
from companies.errors import SnapshotNotFound
from companies.ledger.refusal_wording import explain_missing_list


def company_not_found(code: str) -> ApiError:
    """404: no company has, or had on the day asked for, that code."""
    return ApiError(
        404,
        "COMPANY_NOT_FOUND",
        gettext("コード {code} の銘柄は見つかりません。").format(code=code),
        details={"code": code},
    )


@contextmanager
def snapshot_errors() -> Iterator[None]:
    """Inside, a `SnapshotNotFound` becomes the API's 404 that names the first day there is."""
    try:
        yield
    except SnapshotNotFound as error:
        first_on = error.first_on.isoformat() if error.first_on else None
        raise ApiError(
            404,
            "SNAPSHOT_NOT_FOUND",
            explain_missing_list(error),
            details={"as_of": error.day.isoformat(), "first_date": first_on},
        ) from error
