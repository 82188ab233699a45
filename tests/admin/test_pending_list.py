"""A list that waits for its day: pages of now say so, and show nothing of it but as of that day."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies.ledger.changes import roll_over
from companies.ledger.snapshots import apply_snapshot
from companies.listing_statistics import count_by_quarter
from tests.admin.company_pages import LIST, badges_of, page_of, part_of, text_of
from tests.factories import make_issue

EVENTS = "/admin/companies/listingevent/"
pytestmark = pytest.mark.usefixtures("two_lists")


@pytest.fixture
def tomorrow(two_lists: None) -> date:
    """7203 is renamed then, 130A goes and 3001 comes."""
    day = timezone.localdate() + timedelta(days=1)
    issues = [make_issue("7203", company_name="明日の名"), make_issue("7201"), make_issue("1301"), make_issue("3001")]
    apply_snapshot(day, issues, "jpx", force=True)
    return day


def test_first_page_list_and_companies_say_that_it_is_there_and_lead_to_it(
    admin_client: Client, tomorrow: date
) -> None:
    words = f"{tomorrow} の一覧（JPX 上場銘柄一覧）は取込済みです。{tomorrow} の 0 時から反映されます。"
    for address in ("/admin/", LIST, f"{LIST}?q=7203&listed=all"):
        page = admin_client.get(address).content.decode()
        assert words in page
        assert f"{LIST}?as_of={tomorrow}" in page
    assert words in page_of(admin_client, "7203")
    assert f"{LIST}?as_of={tomorrow}&amp;q=7203" in page_of(admin_client, "7203")
    assert words not in admin_client.get(f"{LIST}?as_of=2024-03-29").content.decode()


def test_nothing_of_it_shows_until_then_and_all_of_it_as_of_that_day(admin_client: Client, tomorrow: date) -> None:
    def shown(query: str = "") -> list[tuple[str, str, bool]]:
        found = admin_client.get(f"{LIST}{query}").context["cl"].result_list
        return [(one.code, one.state_company_name, one.state_is_active) for one in found]

    today = shown("?listed=all")
    assert [code for code, _, _ in today] == ["1301", "130A", "7201", "7203", "9984"]
    assert ("7203", "トヨタ自動車", True) in today
    assert ("130A", "Ｖｅｒｉｔａｓ　Ｉｎ　Ｓｉｌｉｃｏ", True) in today
    assert shown("?listed=all&q=3001") == []
    assert "3001" not in admin_client.get(f"{LIST}suggest/?q=3001").content.decode()
    then = shown(f"?as_of={tomorrow}")
    assert [code for code, _, _ in then] == ["1301", "3001", "7201", "7203"]
    assert ("7203", "明日の名", True) in then

    roll_over(tomorrow)

    assert shown() == then
    assert "取込済み" not in admin_client.get(LIST).content.decode()


def test_recent_events_and_quarters_are_up_to_today_and_the_list_of_events_says_which_are_to_come(
    admin_client: Client, tomorrow: date
) -> None:
    words = f"{tomorrow} からのイベントは、これから発効する一覧によるものです。"
    first = admin_client.get("/admin/")
    assert {event.event_date for event, _, _ in first.context["latest_events"]} == {date(2024, 3, 29)}
    for address in (EVENTS, f"{EVENTS}?event_date_to={tomorrow}", f"{EVENTS}summary/"):
        assert words in admin_client.get(address).content.decode()
    today = tomorrow - timedelta(days=1)
    assert words not in admin_client.get(f"{EVENTS}?event_date_to={today}").content.decode()
    assert count_by_quarter(today)[0].counted_until == today or today.month != tomorrow.month
    assert {count for _, _, count in count_by_quarter(today)[0].counts} == {0}

    roll_over(tomorrow)

    assert words not in admin_client.get(EVENTS).content.decode()
    latest = admin_client.get("/admin/").context["latest_events"]
    assert latest[0][0].event_date == tomorrow
    assert max(count for _, _, count in count_by_quarter(tomorrow)[0].counts) > 0


def test_a_company_that_is_still_to_come_has_a_page_that_says_from_when_on(
    admin_client: Client, tomorrow: date
) -> None:
    page = page_of(admin_client, "3001")

    assert badges_of(page)[0] == ("上場予定", "")
    banner = text_of(part_of(page, 'class="company-banner info"', "</div>"))
    assert banner == f"{tomorrow} から上場（その日の一覧にあります）。"
    assert "上場廃止" not in text_of(part_of(page, "<header", "</header>"))


def test_a_file_is_named_by_the_list_in_force(admin_client: Client, tomorrow: date) -> None:
    answer = admin_client.get(f"{LIST}export/?format=csv")

    assert "20240329" in answer.headers["Content-Disposition"].replace("-", "")
    assert "明日の名" not in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
