"""Deciding about successions in the admin."""

from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from companies.issuers.lineage.proposals import propose_successions
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ConfirmedSuccession, Succession
from tests.factories import make_codes, make_issue, make_list

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER = date(2024, 9, 30), date(2024, 10, 31)
BANK = {"sector33_code": "7050", "sector17_code": "15"}
PAGES = "/admin/companies/succession/"


@pytest.fixture
def proposal(db: None) -> Succession:
    others = make_list(make_codes(40))
    apply_snapshot(SEPTEMBER, [*others, make_issue("8001", company_name="東山銀行", **BANK)], "jpx")
    apply_snapshot(OCTOBER, [*others, make_issue("9001", company_name="東山フィナンシャルグループ", **BANK)], "jpx")
    propose_successions()
    return Succession.objects.get()


def sign_in(client: Client, role: str) -> None:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def seen_on(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_the_list_shows_names_and_the_page_both_histories_and_the_evidence_in_words(
    admin_client: Client, proposal: Succession
) -> None:
    listed = admin_client.get(PAGES).content.decode()
    page = admin_client.get(f"{PAGES}{proposal.pk}/change/").content.decode()

    assert "東山フィナンシャルグループ" in listed
    assert "提案" in listed
    assert "前の銘柄がなくなり、後の銘柄が現れた時期が重なるか近く、比べた内容が一致する" in page
    assert "共通: 東山" in page
    assert "上場廃止" in page
    assert "新規上場" in page
    assert "確認する" in page


def test_one_click_confirms_and_another_takes_it_back(client: Client, proposal: Succession) -> None:
    sign_in(client, "operator")
    address = f"{PAGES}{proposal.pk}/change/"

    page = client.get(address).content.decode()
    done = client.post(f"{PAGES}{proposal.pk}/decide/", {"status": "confirmed", "seen": seen_on(page)}, follow=True)

    assert "8001 → 9001 を「確認済み」にしました。" in done.content.decode()
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == ("confirmed", "operator")
    undone = seen_on(done.content.decode())
    client.post(f"{PAGES}{proposal.pk}/decide/", {"status": "proposed", "seen": undone})
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by) == ("proposed", "")
    assert not ConfirmedSuccession.objects.known_at().exists()


def test_the_decision_is_no_form_within_the_form_of_the_page_which_a_browser_would_send_instead(
    admin_client: Client, proposal: Succession
) -> None:
    page = admin_client.get(f"{PAGES}{proposal.pk}/change/").content.decode()
    before = page.partition('id="decision"')[0]

    assert before.count("<form") == before.count("</form>") + 1


def test_who_saw_something_else_changes_nothing(client: Client, proposal: Succession) -> None:
    sign_in(client, "operator")
    seen = seen_on(client.get(f"{PAGES}{proposal.pk}/change/").content.decode())
    client.post(f"{PAGES}{proposal.pk}/decide/", {"status": "rejected", "seen": seen})

    late = client.post(f"{PAGES}{proposal.pk}/decide/", {"status": "confirmed", "seen": seen}, follow=True)

    assert "表示していた間に変わったため、何も変えていません。" in late.content.decode()
    proposal.refresh_from_db()
    assert proposal.status == "rejected"


def test_an_analyst_sees_and_does_not_decide(client: Client, proposal: Succession) -> None:
    sign_in(client, "analyst")

    page = client.get(f"{PAGES}{proposal.pk}/change/")

    assert page.status_code == 200
    assert "判断には" in page.content.decode()
    assert client.post(f"{PAGES}{proposal.pk}/decide/", {"status": "confirmed", "seen": ""}).status_code == 403
    proposal.refresh_from_db()
    assert proposal.status == "proposed"


def test_a_decision_that_is_none_and_a_get_are_refused(admin_client: Client, proposal: Succession) -> None:
    assert admin_client.post(f"{PAGES}{proposal.pk}/decide/", {"status": "sold", "seen": ""}).status_code == 404
    assert admin_client.get(f"{PAGES}{proposal.pk}/decide/").status_code == 405


def test_companies_lead_both_ways_and_say_what_is_only_proposed(admin_client: Client, proposal: Succession) -> None:
    before, after = (Company.objects.get(code=code) for code in (proposal.predecessor, proposal.successor))

    page = admin_client.get(f"/admin/companies/company/{before.pk}/change/").content.decode()
    other = admin_client.get(f"/admin/companies/company/{after.pk}/change/").content.decode()

    assert f'href="/admin/companies/company/{after.pk}/change/"' in page
    assert f'href="/admin/companies/company/{before.pk}/change/"' in other
    assert "提案（まだ確認されていません）" in page


@pytest.mark.parametrize("chosen", ["high", "medium", "low"])
def test_the_list_is_narrowed_by_confidence(admin_client: Client, proposal: Succession, chosen: str) -> None:
    wanted = "high" if proposal.confidence >= 0.9 else "medium" if proposal.confidence >= 0.5 else "low"

    page = admin_client.get(f"{PAGES}?confidence={chosen}").content.decode()

    assert ("8001 → 9001" in page) is (chosen == wanted)


def test_events_show_the_successor_once_it_is_confirmed(admin_client: Client, proposal: Succession) -> None:
    address = "/admin/companies/listingevent/?type=delisted"
    assert "後継: 9001" not in admin_client.get(address).content.decode()
    seen = seen_on(admin_client.get(f"{PAGES}{proposal.pk}/change/").content.decode())

    admin_client.post(f"{PAGES}{proposal.pk}/decide/", {"status": "confirmed", "seen": seen})

    assert "後継: 9001" in admin_client.get(address).content.decode()
