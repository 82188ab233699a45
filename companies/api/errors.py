"""The errors that the companies' endpoints name themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils.translation import gettext

from api.endpoints.errors import ApiError
from companies.errors import SnapshotNotFound
from companies.ledger.refusal_wording import explain_missing_list


def company_not_found(code: str, *, coming_on: date | None = None) -> ApiError:
    """404: no company has, or had on the day asked for, that code; one will, where a list of a day to come has it."""
    details = {"code": code}
    message = gettext("コード {code} の銘柄は見つかりません。").format(code=code)
    if coming_on is not None:
        details["listed_from"] = coming_on.isoformat()
        message = gettext(
            "コード {code} は {day} から上場（その日の一覧にあります）。as_of={day} で取得できます。"
        ).format(code=code, day=coming_on)
    return ApiError(404, "COMPANY_NOT_FOUND", message, details=details)


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
