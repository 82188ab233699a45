"""Taking back a list in the admin: who may, what is said before, what afterwards."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingEvent, ListingSnapshot, SnapshotWithdrawal
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")

LIST = "/admin/companies/listingsnapshot/"


def entry_of_march() -> ListingSnapshot:
    return ListingSnapshot.objects.get(date_in_force=MARCH)


def sign_in(client: Client, role: str) -> None:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def test_the_page_says_in_numbers_what_taking_back_changes_before_anything_is_written(admin_client: Client) -> None:
    page = admin_client.get(f"{LIST}{entry_of_march().pk}/withdraw/").content.decode()

    assert "2024-03-29 の一覧の取消" in page
    assert "この日は、一覧のない日になります。" in page
    assert "履歴が変わる銘柄 4、うち、ほかのどの一覧にもなく消える銘柄 1。" in page
    assert "2024-02-29 〜 2024-03-29 の間" in page
    assert "極洋ホールディングス" in page
    assert not SnapshotWithdrawal.objects.exists()


def test_without_a_reason_nothing_is_taken_back(admin_client: Client) -> None:
    page = admin_client.post(f"{LIST}{entry_of_march().pk}/withdraw/", {"reason": "  "}).content.decode()

    assert "取り消す理由を入力してください。" in page
    assert not SnapshotWithdrawal.objects.exists()


def test_who_took_a_list_back_and_why_stands_on_its_page_and_in_the_list(admin_client: Client) -> None:
    entry = entry_of_march()

    answer = admin_client.post(f"{LIST}{entry.pk}/withdraw/", {"reason": "行がずれていた"}, follow=True)

    page = answer.content.decode()
    assert f"2024-03-29 の一覧（番号 {entry.pk}）を取り消しました。" in page
    assert "admin が取り消しました。理由: 行がずれていた" in page
    assert f"{entry.pk}/withdraw/" not in page
    assert "行がずれていた（admin）" in admin_client.get(LIST).content.decode()
    assert not ListingEvent.objects.exists()
    assert Company.objects.get(code="9984").is_active


def test_a_second_click_says_that_it_was_done(admin_client: Client) -> None:
    address = f"{LIST}{entry_of_march().pk}/withdraw/"
    admin_client.post(address, {"reason": "a"})

    for answer in (admin_client.post(address, {"reason": "b"}, follow=True), admin_client.get(address, follow=True)):
        assert "すでに取り消されています。何も変わっていません。" in answer.content.decode()
    assert SnapshotWithdrawal.objects.get().reason == "a"


@pytest.mark.parametrize(("role", "status"), [("analyst", 403), ("operator", 200), ("administrator", 200)])
def test_only_operators_and_administrators_may(client: Client, role: str, status: int) -> None:
    sign_in(client, role)
    entry = entry_of_march()

    assert client.get(f"{LIST}{entry.pk}/withdraw/").status_code == status
    assert (f"{entry.pk}/withdraw/" in client.get(f"{LIST}{entry.pk}/change/").content.decode()) is (status == 200)
    if status == 403:
        assert client.post(f"{LIST}{entry.pk}/withdraw/", {"reason": "a"}).status_code == 403
        assert not SnapshotWithdrawal.objects.exists()


def test_an_entry_that_is_not_there_is_a_404(admin_client: Client) -> None:
    assert admin_client.get(f"{LIST}99999999/withdraw/").status_code == 404


def test_entries_are_narrowed_by_what_they_count_for(admin_client: Client) -> None:
    superseded = entry_of_march()
    apply_snapshot(MARCH, [make_issue("7203")], "jquants", force=True)
    february = ListingSnapshot.objects.get(date_in_force=FEBRUARY)
    admin_client.post(f"{LIST}{february.pk}/withdraw/", {"reason": "a"})

    for status, entries in (("superseded", {superseded}), ("withdrawn", {february})):
        page = admin_client.get(f"{LIST}?status={status}")
        assert set(page.context["cl"].result_list) == entries
    assert len(admin_client.get(f"{LIST}?status=holding").context["cl"].result_list) == 1
