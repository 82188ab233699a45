"""Lists whose rows become many: no question to the database for each of them."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_codes, make_issue

pytestmark = pytest.mark.usefixtures("two_lists")

_CODES = make_codes(30, first=2001)


def tell_of(codes: list[str], day: date) -> None:
    """A list with them alone, each under the name of the day, and an official day for each."""
    issues = [make_issue(code, company_name=f"{code} {day:%m}") for code in codes]
    apply_snapshot(day, issues, "jpx", force=True)
    import_official_dates([OfficialDay(code, "listed", day) for code in codes], origin="csv")


def opened(client: Client, path: str) -> tuple[int, int]:
    """How many rows the list shows, and how many questions that took."""
    client.get(path)  # what is found once for all is found now
    with CaptureQueriesContext(connection) as asked:
        page: Any = client.get(path)
    return len(page.context["cl"].result_list), len(asked)


@pytest.mark.parametrize("name", ["company", "listingevent", "listingsnapshot", "ledgerrevision", "officialdate"])
def test_a_list_of_many_rows_asks_as_often_as_one_of_few(admin_client: Client, name: str) -> None:
    path = f"/admin/companies/{name}/"
    tell_of(_CODES[:2], date(2024, 4, 10))
    few_rows, of_few = opened(admin_client, path)
    for day in range(11, 16):
        tell_of(_CODES, date(2024, 4, day))
    many_rows, of_many = opened(admin_client, path)

    assert 0 < few_rows < many_rows
    assert of_many == of_few
