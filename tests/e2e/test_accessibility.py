"""Contrast, labels and structure of every page, by the rules of axe-core, by day and by night."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import take_picture

pytestmark = pytest.mark.e2e

PAGES = {
    "start": "/admin/",
    "companies": "/admin/companies/company/",
    "company": "/admin/companies/company/?q=7203",
    "comparison": "/admin/companies/company/compare/",
    "summary": "/admin/companies/listingevent/summary/?event_date_from=2024-03-01",
    "years": "/admin/companies/listingevent/years/",
    "curve": "/admin/companies/listingsnapshot/curve/",
    "events": "/admin/companies/listingevent/",
    "snapshots": "/admin/companies/listingsnapshot/",
    "calendar": "/admin/syncjobs/calendarday/",
    "revisions": "/admin/companies/ledgerrevision/",
    "revision": "/admin/companies/ledgerrevision/2/change/",
    "known": "/admin/companies/company/?known_at=1",
    "runs": "/admin/syncjobs/syncrun/",
    "start-sync": "/admin/syncjobs/syncrun/add/",
    "upload": "/admin/syncjobs/listupload/add/",
    "schedules": "/admin/django_celery_beat/periodictask/",
    "source": "/admin/datasources/datasource/add/",
    "keys": "/admin/api/apikey/add/",
    "users": "/admin/auth/user/",
    "user": "/admin/auth/user/add/",
    "schedule": "/admin/django_celery_beat/periodictask/1/change/",
    "changes": "/admin/sign_in/recordedchange/",
    "operations": "/admin/operations/",
    "developers": "/api/",
    "watch-list": "/admin/subscriptions/watchlist/add/",
    "views": "/admin/subscriptions/savedview/",
    "destinations": "/admin/subscriptions/destination/",
    "destination-add": "/admin/subscriptions/destination/add/",
    "subscriptions": "/admin/subscriptions/subscription/",
    "markets": "/admin/masters/market/",
}


def serious_findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with the places."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("name", list(PAGES))
def test_nothing_serious_by_day(reader: Page, name: str) -> None:
    reader.goto(PAGES[name])

    assert serious_findings(reader) == []


@pytest.mark.parametrize("name", ["start", "companies", "comparison", "events"])
def test_nothing_serious_by_night(reader: Page, name: str) -> None:
    reader.emulate_media(color_scheme="dark")
    reader.goto(PAGES[name])
    take_picture(reader, f"{name}-dark")

    assert serious_findings(reader) == []
