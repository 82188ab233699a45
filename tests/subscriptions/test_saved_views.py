"""A list as it was filtered, under a name: kept, shared, put on the first page."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from subscriptions.models import SavedView

pytestmark = pytest.mark.usefixtures("two_lists")
VIEWS = "/admin/subscriptions/savedview/"
QUERY = "market=0111&market=0112&sector33=3700&o=-1&as_of=2024-03-29"


def sign_in(name: str = "analyst") -> tuple[Client, User]:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="analyst"))
    client = Client()
    client.force_login(user)
    return client, user


def save(
    client: Client, name: str = "大型の自動車", query: str = QUERY, page: str = "companies_company", **more: str
) -> Any:
    return client.post(f"{VIEWS}save/", {"name": name, "query": query, "page": page, **more}, follow=True)


def test_a_filtered_list_is_saved_and_opened_as_it_was() -> None:
    client, user = sign_in()

    answer = save(client)

    view = SavedView.objects.get()
    assert (view.owner, view.name, view.is_shared) == (user, "大型の自動車", False)
    assert (view.page, view.query) == ("companies_company", QUERY)
    assert answer.redirect_chain[-1][0] == f"/admin/companies/company/?{QUERY}"
    page = answer.content.decode()
    assert "この表示を「大型の自動車」として保存しました。" in page
    assert f'href="/admin/companies/company/?{QUERY.replace("&", "&amp;")}">大型の自動車</a>' in page


def test_the_page_number_is_no_part_of_a_view() -> None:
    client, _ = sign_in()
    save(client, query="market=0111&p=3")

    assert SavedView.objects.get().query == "market=0111"


def test_events_are_saved_likewise() -> None:
    client, _ = sign_in()

    answer = save(client, page="companies_listingevent", query="type=renamed")

    assert answer.redirect_chain[-1][0] == "/admin/companies/listingevent/?type=renamed"


def test_each_list_offers_its_own_views() -> None:
    client, _ = sign_in()
    save(client, name="銘柄の表示")
    save(client, name="イベントの表示", page="companies_listingevent", query="type=renamed")
    client.get("/admin/")  # where what was done is told

    companies = client.get("/admin/companies/company/").content.decode()
    events = client.get("/admin/companies/listingevent/").content.decode()

    assert ["銘柄の表示" in companies, "イベントの表示" in companies] == [True, False]
    assert ["銘柄の表示" in events, "イベントの表示" in events] == [False, True]


@pytest.mark.parametrize("page", ["", "auth_user", "companies", "companies_company/../x"])
def test_only_lists_of_companies_and_events_can_be_saved(page: str) -> None:
    client, _ = sign_in()

    assert save(client, page=page).status_code == 404
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "problem"),
    [("", "名前: "), ("a" * 61, "名前: "), ("大型の自動車", "「大型の自動車」という名前はもうあります。")],
)
def test_what_is_wrong_with_a_name_is_said_and_the_list_stays_as_it_was(name: str, problem: str) -> None:
    client, _ = sign_in()
    save(client, query="")

    answer = save(client, name=name)

    assert answer.redirect_chain[-1][0] == f"/admin/companies/company/?{QUERY}"
    assert problem in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_a_shared_view_is_seen_by_others_and_changed_by_its_owner_alone() -> None:
    client, _ = sign_in()
    other, _ = sign_in("other")
    save(client, name="共有の表示", is_shared="1")
    save(client, name="自分の表示")
    shared, own = SavedView.objects.get(name="共有の表示"), SavedView.objects.get(name="自分の表示")

    page = other.get(VIEWS).content.decode()
    assert ["共有の表示" in page, "自分の表示" in page] == [True, False]
    assert "共有の表示" in other.get("/admin/companies/company/").content.decode()
    other.post(f"{VIEWS}{shared.pk}/change/", {"name": "乗っ取り"})
    other.post(f"{VIEWS}{shared.pk}/delete/", {"post": "yes"})
    assert other.post(f"{VIEWS}{own.pk}/pin/", {"is_on": "1"}).status_code == 404
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["共有の表示", "自分の表示"]

    client.post(f"{VIEWS}{shared.pk}/change/", {"name": "新しい名前"})
    assert list(SavedView.objects.filter(pk=shared.pk).values_list("name", "is_shared")) == [("新しい名前", False)]


def test_a_view_is_put_on_ones_own_first_page_and_taken_off() -> None:
    client, _ = sign_in()
    other, _ = sign_in("other")
    save(client, is_pinned="1", is_shared="1")
    view = SavedView.objects.get()

    assert ">大型の自動車</a>" in client.get("/admin/").content.decode()
    assert ">大型の自動車</a>" not in other.get("/admin/").content.decode()
    other.post(f"{VIEWS}{view.pk}/pin/", {"is_on": "1"})
    assert ">大型の自動車</a>" in other.get("/admin/").content.decode()

    client.post(f"{VIEWS}{view.pk}/pin/", {"is_on": ""})
    assert ">大型の自動車</a>" not in client.get("/admin/").content.decode()
    # Who pinned it sees it as long as it is shared.
    SavedView.objects.update(is_shared=False)
    assert ">大型の自動車</a>" not in other.get("/admin/").content.decode()


def test_the_list_of_views_takes_the_same_number_of_queries_whatever_their_number(
    django_assert_max_num_queries: Any,
) -> None:
    client, user = sign_in()
    for number in range(30):
        SavedView.objects.create(owner=user, name=f"表示 {number}", page="companies_company", query=QUERY)
    with django_assert_max_num_queries(12):
        assert client.get(VIEWS).status_code == 200


def test_what_is_too_long_to_be_kept_whole_is_not_kept_at_all() -> None:
    client, _ = sign_in()

    page = save(client, query="q=" + "あ" * 4000).content.decode()

    assert "条件が多すぎるため、保存できません。" in page
    assert not SavedView.objects.exists()
