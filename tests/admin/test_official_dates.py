"""Pages of official days: what is coming, all of them, and how they agree with the lists."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.models import Company

pytestmark = pytest.mark.usefixtures("two_lists")

BASE = "/admin/companies/officialdate/"
PAGES = [BASE, f"{BASE}coming/", f"{BASE}reconciliation/"]


@pytest.fixture
def days(two_lists: None) -> None:
    today = timezone.localdate()
    import_official_dates(
        [
            OfficialDay("9984", "delisted", date(2024, 3, 15), "完全子会社化", company_name="ソフトバンクグループ"),
            OfficialDay("1301", "delisted", date(2024, 3, 15)),
            OfficialDay("7203", "delisted", today + timedelta(days=9), "申請による上場廃止"),
            OfficialDay("999A", "listed", today + timedelta(days=2), company_name="これから商事"),
            OfficialDay("7201", "delisted", today, "今日のこと"),
        ],
        origin="CSV",
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_nothing_in_it_and_says_what_to_do(admin_client: Client, page: str) -> None:
    assert admin_client.get(page).status_code == 200


def test_what_is_coming_is_after_today_the_nearest_first_with_links_to_what_we_have(
    admin_client: Client, days: None
) -> None:
    content = admin_client.get(f"{BASE}coming/").content.decode()

    company = Company.objects.get(code="7203")
    assert f"/admin/companies/company/{company.pk}/change/" in content
    assert content.index("これから商事") < content.index("申請による上場廃止")
    assert "今日のこと" not in content
    assert "完全子会社化" not in content
    assert "最終売買日はその前の営業日" in content


def test_all_official_days_are_listed(admin_client: Client, days: None) -> None:
    page = admin_client.get(f"{BASE}?kind__exact=delisted")

    assert [day.code for day in page.context["cl"].result_list][:2] == ["7203", "7201"]


def test_the_comparison_counts_and_names_what_is_to_check(admin_client: Client, days: None) -> None:
    content = admin_client.get(f"{BASE}reconciliation/").content.decode()
    everything = admin_client.get(f"{BASE}reconciliation/?only=all").content.decode()

    assert "公式の廃止日の後の一覧にも載っている" in content
    assert "only_official:still_listed:delisted:1301:2024-03-15" in content
    assert "only_derived:year_not_told:listed:130A:2024-02-29/2024-03-29" not in content
    assert "only_derived:year_not_told:listed:130A:2024-02-29/2024-03-29" in everything


@pytest.mark.parametrize("page", PAGES)
def test_who_may_not_see_official_days_sees_no_page(client: Client, django_user_model: type, page: str) -> None:
    user = django_user_model.objects.create_user("guest", password="x", is_staff=True)  # type: ignore[attr-defined]
    client.force_login(user)

    assert client.get(page).status_code in (302, 403)


def test_events_show_their_official_day_in_the_list_and_in_the_file(admin_client: Client, days: None) -> None:
    page = admin_client.get("/admin/companies/listingevent/?type=delisted")
    file = (
        admin_client.get("/admin/companies/listingevent/export/?format=csv&type=delisted")
        .getvalue()
        .decode("utf-8-sig")
    )

    assert [event.official_on for event in page.context["cl"].result_list] == [date(2024, 3, 15)]
    assert "2024-03-15" in page.content.decode()
    assert [row["公式の日"] for row in csv.DictReader(io.StringIO(file))] == ["2024-03-15"]


def test_the_comparison_is_made_once_for_each_state_of_the_data(
    admin_client: Client, days: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = f"{BASE}reconciliation/?only=all"
    before = admin_client.get(page).content.decode()
    with django_assert_max_num_queries(7):  # session, user, newest revision, generations, accepted, companies
        again = admin_client.get(page).content.decode()
    import_official_dates([OfficialDay("9990", "listed", date(2023, 5, 1))], origin="another")
    after = admin_client.get(page).content.decode()

    assert ["9990" in told for told in (before, again, after)] == [False, False, True]
