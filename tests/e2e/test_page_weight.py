"""What a page makes a browser fetch, and how it comes."""

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.conftest import let_in
from tests.e2e.products import Product

pytestmark = pytest.mark.e2e

_PAGES = [
    "/admin/",
    "/admin/companies/company/",
    "/admin/companies/listingevent/",
    "/admin/companies/listingevent/calendar/",
    "/admin/subscriptions/destination/add/?channel=chat",
]


def test_pages_come_compressed_with_files_that_are_kept_and_without_a_script_of_charts(
    page: Page, product: Product
) -> None:
    let_in(page, product)
    answers: dict[str, Response] = {}
    page.on("response", lambda answer: answers.update({answer.url: answer}))
    for path in _PAGES:
        opened = page.goto(path)
        assert opened is not None
        assert opened.headers["content-encoding"] == "gzip"
        assert len(opened.body()) > int(opened.headers["content-length"]) < 60_000

    files = {url: answer.headers for url, answer in answers.items() if "/static/" in url}
    texts = [headers for url, headers in files.items() if url.endswith((".css", ".js"))]
    assert len(texts) > 8
    assert all("immutable" in headers["cache-control"] for headers in files.values())
    assert not [url for url in files if "chart" in url]


def test_the_start_page_draws_its_figures_without_a_script(admin: Page) -> None:
    admin.goto("/admin/")
    bars = admin.locator("section[aria-labelledby^='by-'] li span[aria-hidden] > span")

    expect(bars.first).to_be_visible()
    widths = [box["width"] for box in (bar.bounding_box() for bar in bars.all()) if box is not None]
    assert widths[0] > 50
    assert max(widths) > min(widths)
