"""The whole product as `make run` starts it, and a real browser in front of it."""

import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, ViewportSize, sync_playwright

from companies.listed_issue import ListedIssue
from datasources.jpx.listing import read_listing
from tests.e2e.chromium import find_chromium, open_chromium
from tests.e2e.lists import list_with_a_new_name, newest_sample
from tests.e2e.products import Product, start_product, stop_product
from tests.local.stack import PROJECT

#: Days after the sample lists.
APRIL, MAY = date(2024, 4, 30), date(2024, 5, 31)
# Where pictures go: of what failed, and those that the tests take on their way where `PICTURES` asks for them.
SCREENSHOTS = PROJECT / "artifacts" / "e2e"
PICTURES = bool(os.environ.get("PICTURES"))
# The pages that are open now, for a picture of what failed.
_OPEN: list[Page] = []
# The cookies of those who have signed in, by the address of the product.
_KEPT: dict[str, Any] = {}
WINDOW: ViewportSize = {"width": 1440, "height": 900}


def pytest_sessionstart() -> None:
    """Say what is missing before anything is started."""
    if find_chromium() is None:
        pytest.exit(
            "Chromium がありません。apt-get install chromium-headless-shell（または chromium、CHROMIUM=/path/to/chromium）",
            returncode=1,
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a person would have seen where a test failed."""
    report = yield
    if report.failed and call.when == "call":
        for number, opened in enumerate(_OPEN):
            with suppress(Error):  # its browser may be what failed
                _take(opened, f"failed-{re.sub('[^a-z0-9]+', '-', item.name)}-{number}")
    return report


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product that most tests share."""
    process, started = start_product(tmp_path_factory.mktemp("product"))
    yield started
    stop_product(process)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = open_chromium(playwright)
        yield opened
        opened.close()


@contextmanager
def watched_page(browser: Browser, product: Product) -> Iterator[Page]:
    """A page of an English visitor that fails the test on any script error and on any address but the product's own.

    What a page's own content security policy keeps from being sent is such an error, and no address; a refusal that the
    test asked for is none.
    """
    with _watched(browser, product) as (opened, wrong):
        yield opened
    assert wrong == []


@contextmanager
def _watched(browser: Browser, product: Product) -> Iterator[tuple[Page, list[str]]]:
    """The page, and what was wrong until now."""
    context = browser.new_context(base_url=product.base_url, locale="en-US", viewport=WINDOW)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(f"script error: {error} {error.stack}"))
    opened.on(
        "console", lambda line: wrong.append(f"console: {line.text} {line.location}") if _is_error(line) else None
    )
    own = (product.base_url, "data:", "blob:")
    for event in ("requestfinished", "requestfailed"):
        opened.on(event, lambda request: wrong.append(request.url) if _left(request, own) else None)
    _OPEN.append(opened)
    yield opened, wrong
    _OPEN.remove(opened)
    context.close()


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """Of the shared product."""
    with watched_page(browser, product) as opened:
        yield opened


@pytest.fixture(scope="module")
def kept(browser: Browser, product: Product) -> Iterator[tuple[Page, list[str]]]:
    """A page for a whole file of tests, and what was wrong until now."""
    with _watched(browser, product) as (opened, wrong):
        let_in(opened, product)
        yield opened, wrong


@pytest.fixture
def admin(kept: tuple[Page, list[str]], product: Product) -> Iterator[Page]:
    """Signed in, on no page yet: one of each file of tests, which has read fonts and scripts already.

    That is more than half of what a page costs. Whatever a test may have changed about it is as in a new one afterwards.
    What a test adds to it for good (a listener, a script of its own) needs a `page`.
    """
    opened, wrong = kept
    wrong.clear()
    yield opened
    found = list(wrong)
    _put_back(opened, product)
    assert found == []


def _put_back(opened: Page, product: Product) -> None:
    """Leave it as a new page of who has signed in."""
    context = opened.context
    opened.unroute_all()
    context.set_offline(False)
    context.clear_permissions()
    with suppress(Error):  # of what is no page of the product
        opened.evaluate("localStorage.clear(); sessionStorage.clear()")
    opened.goto("about:blank")
    context.clear_cookies()
    context.add_cookies(_KEPT[product.base_url])
    opened.set_viewport_size(WINDOW)
    opened.emulate_media(color_scheme="light", reduced_motion="no-preference")


def _is_error(line: ConsoleMessage) -> bool:
    return line.type == "error" and "status of 403" not in line.text


def _left(request: Request, own: tuple[str, ...]) -> bool:
    return not request.url.startswith(own) and request.failure != "csp"


def enter(page: Page, product: Product) -> None:
    """As the administrator, on the first page: through the form once, and from then on with what a browser keeps of that."""
    page.context.add_cookies(_KEPT.get(product.base_url, []))
    page.goto("/admin/")
    if urlsplit(page.url).path != "/admin/":
        sign_in(page, product.admin_user, product.admin_password)
        _KEPT[product.base_url] = page.context.cookies()


def let_in(page: Page, product: Product) -> None:
    """The same without opening the first page, which costs as much as the page that a test is about and opens itself."""
    page.context.add_cookies(_KEPT.get(product.base_url, []))
    # Leads on who has signed in, shows the form to others.
    if page.context.request.get("/admin/login/", max_redirects=0).status != 302:
        enter(page, product)


def sign_in(page: Page, user: str, password: str, lands_on: str = "**/admin/") -> None:
    """Through the form."""
    page.goto("/admin/")
    page.get_by_label("ユーザー名").fill(user)
    page.get_by_label("パスワード").first.fill(password)
    page.locator("[type=submit]").click()
    page.wait_for_url(lands_on)


def take_picture(page: Page, name: str) -> None:
    """Keep what the page looks like now, where somebody wants to look: 200 pictures cost as much as thirty tests."""
    if PICTURES:
        _take(page, name)


def _take(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture
def april_list(tmp_path: Path) -> Path:
    """The newest sample list a month later, with one company renamed."""
    return list_with_a_new_name(tmp_path, "20240430", "極洋ホールディングス")


@pytest.fixture(scope="session")
def issues() -> list[ListedIssue]:
    """The newest sample list, with one company renamed."""
    listing = read_listing(newest_sample(), today=MAY)
    return [replace(i, company_name="極洋ネクスト") if i.code == "1301" else i for i in listing.issues]
