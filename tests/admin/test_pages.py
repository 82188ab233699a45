"""The other pages of the admin: events, snapshots, the start, and who sees what."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingSnapshot
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")


def test_a_quarter_without_a_list_says_so(admin_client: Client) -> None:
    apply_snapshot(date(2024, 9, 30), [make_issue("7203", company_name="トヨタ")], "jpx", force=True)

    page = admin_client.get("/admin/").content.decode()

    assert page.count("一覧なし") == 4
    assert 'aria-label="銘柄名変更 2024-07 から 2024-09 1 件"' in page
    assert "* には、その四半期より前に起きた変化も含まれることがあります。" in page


def test_a_company_that_is_not_there_leads_back_with_a_message(admin_client: Client) -> None:
    assert admin_client.get("/admin/companies/company/999999/change/").status_code == 302


def test_events_are_told_in_names_and_lead_to_their_company(admin_client: Client) -> None:
    apply_snapshot(
        date(2024, 4, 30), [make_issue("7203", company_name="トヨタ自動車", sector33_code="3600")], "jpx", force=True
    )
    page = admin_client.get("/admin/companies/listingevent/?type=sector_changed&type=market_changed").content.decode()

    assert "輸送用機器" in page
    assert "機械" in page
    assert "スタンダード" in page
    assert f"/admin/companies/company/{Company.objects.get(code='7203').pk}/change/" in page


def test_events_are_narrowed_down(admin_client: Client) -> None:
    for query, count in [
        ("?event_date_from=2024-03-01&event_date_to=2024-03-31", 4),
        ("?event_date_from=2024-04-01", 0),
        ("?type=delisted&type=listed", 2),
        ("?market=0113", 1),
        ("?q=9984", 1),
    ]:
        page = admin_client.get(f"/admin/companies/listingevent/{query}")

        assert page.context["cl"].result_count == count, (query, count)


def test_a_snapshot_leads_to_its_day(admin_client: Client) -> None:
    entry = ListingSnapshot.objects.get(date_in_force=date(2024, 3, 29))
    page = admin_client.get(f"/admin/companies/listingsnapshot/{entry.pk}/change/").content.decode()

    assert "?as_of=2024-03-29" in page
    assert "銘柄名変更</a> 1 件" in page


def test_the_start_page_counts_what_is_listed(admin_client: Client) -> None:
    page = admin_client.get("/admin/")

    assert page.context["listed_count"] == 4
    assert "2024-03-29 の一覧" in page.content.decode()
    assert "極洋 → 極洋ホールディングス" in page.content.decode()


def test_staff_see_only_what_they_may(client: Client) -> None:
    analyst = User.objects.create_user("analyst", is_staff=True)
    analyst.user_permissions.add(Permission.objects.get(codename="view_company"))
    client.force_login(analyst)
    page = client.get("/admin/").content.decode()

    assert "銘柄一覧" in page
    assert "API キー" not in page
    assert client.get("/admin/api/apikey/").status_code == 403
    assert client.get("/admin/companies/company/").status_code == 200


def test_staff_without_any_right_see_no_figures(client: Client) -> None:
    client.force_login(User.objects.create_user("visitor", is_staff=True))

    assert "4 銘柄" not in client.get("/admin/").content.decode()


def test_every_page_opens_in_japanese(admin_client: Client) -> None:
    for path in [
        "companies/listingevent/",
        "companies/listingsnapshot/",
        "masters/market/",
        "masters/sector17/",
        "masters/sector33/",
        "api/apikey/",
        "api/apikey/add/",
        "auth/user/",
        "auth/user/add/",
        "auth/group/",
        "syncjobs/listupload/",
        "syncjobs/listupload/add/",
        "django_celery_beat/periodictask/",
    ]:
        page = admin_client.get(f"/admin/{path}")

        assert page.status_code == 200, path
        for english in ("Apply Filters", "Type to search", "Search apps", "Periodic", "Return to site"):
            assert english not in page.content.decode(), path


def test_an_empty_ledger_says_what_to_do(admin_client: Client) -> None:
    ListingSnapshot.objects.all().delete()

    assert "JPX のファイルを取り込む" in admin_client.get("/admin/").content.decode()


def test_a_master_may_be_renamed_but_keeps_its_code(admin_client: Client) -> None:
    page = admin_client.get("/admin/masters/market/1/change/").content.decode()

    assert 'name="name"' in page
    assert 'name="code"' not in page


def test_the_first_page_leads_to_what_it_counts(admin_client: Client) -> None:
    page = admin_client.get("/admin/").content.decode()

    for target in (
        "?market=0112", "?sector17=1", "?scale=TOPIX%20Mid400", "?as_of=2024-02-29",
        "?type=delisted&amp;event_date_from=2024-01-01&amp;event_date_to=2024-03-31",
    ):  # fmt: skip
        assert target in page, target
    assert 'aria-label="上場廃止 2024-01 から 2024-03 1 件"' in page


def test_the_first_page_asks_few_questions_of_a_long_history(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    admin_client.get("/admin/")
    # Session, user, the generation; of synchronisation six, of missing lists two, of backups two; the newest list, and of the
    # first steps one; of what the person follows two, and of destinations that are stopped one.
    with django_assert_max_num_queries(18):
        admin_client.get("/admin/")
