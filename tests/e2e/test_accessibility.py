"""Contrast, labels and structure by the rules of axe-core by night; `test_pages_fit` looks at every page by day."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import take_picture
from tests.e2e.looks import serious_findings
from tests.e2e.test_pages_fit import LISTS, PAGES

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("name", ["start", "companies", "comparison", "events"])
def test_nothing_serious_by_night(admin: Page, name: str) -> None:
    admin.emulate_media(color_scheme="dark")
    admin.goto({**LISTS, **PAGES}[name])
    take_picture(admin, f"{name}-dark")

    assert serious_findings(admin) == []
