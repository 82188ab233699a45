"""`/api/v1/watch-lists` and `/api/v1/saved-views`: the person's own, whichever key asks."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from companies.models import Company
from subscriptions.models import SavedView, WatchedCompany, WatchList
from subscriptions.watching import make_watch_list
from tests.subscriptions.api.conftest import SAVED_VIEWS, SUBSCRIPTIONS, WATCH_LISTS, Caller, error_of, named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_lists")]


@pytest.fixture
def mine(sato: User) -> WatchList:
    return make_watch_list(sato, "マイ銘柄", ["7203", "1301"])


def path_of(watch_list: Any) -> str:
    return f"{WATCH_LISTS}/{watch_list.pk}"


def codes_of(watch_list: WatchList) -> list[str]:
    return list(WatchedCompany.objects.filter(watch_list=watch_list).values_list("code", flat=True))


def test_a_program_makes_a_list_and_finds_it_with_those_of_its_person(
    caller: Caller, mine: WatchList, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = caller.post(WATCH_LISTS, {"name": "新しい", "codes": ["7203.T", "72030", "TYO:130a", "９９８４"]})

    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    told = made.json()
    assert (told["codes"], told["company_count"]) == (["130A", "7203", "9984"], 3)
    # The key, its person, the person's own rights and those of groups; how many there are; the page.
    with django_assert_num_queries(6):
        listed = caller.get(WATCH_LISTS).json()
    assert [(one["name"], one["company_count"]) for one in listed["watch_lists"]] == [("マイ銘柄", 2), ("新しい", 3)]
    assert listed["total"] == 2
    assert caller.get(f"{WATCH_LISTS}/{told['id']}").json() == told
    assert WatchList.objects.get(pk=told["id"]).owner == caller.person


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["name"]), ({"name": ""}, ["name"]), ({"name": "x", "codes": ["トヨタ"]}, ["codes"]), ({"name": "x", "codes": ["7203", "9999"]}, ["codes"]),
        ({"name": "x", "codes": "7203"}, ["codes"]), ({"name": "x", "codes": ["7203"] * 501}, ["codes"]), ({"name": "x", "owner": 1, "companies": []}, ["companies", "owner"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_body_is_named(caller: Caller, body: Any, fields: list[str]) -> None:
    assert named(caller.post(WATCH_LISTS, body)) == fields
    assert not WatchList.objects.exists()


def test_each_code_that_is_none_or_that_no_list_has_is_named(caller: Caller) -> None:
    refused = caller.post(WATCH_LISTS, {"name": "x", "codes": ["7203", "トヨタ", "9999", "12345678", "8888"]})

    assert refused.json()["error"]["details"]["codes"] == [
        "「トヨタ」を銘柄コードとして読めません。", "「12345678」を銘柄コードとして読めません。", "どの一覧にもないコードです: 9999、8888",
    ]  # fmt: skip


def test_what_is_named_is_changed_and_what_stays_is_watched_still(caller: Caller, mine: WatchList) -> None:
    before = WatchedCompany.objects.get(code="7203").added_at
    Company.objects.filter(code="1301").delete()

    renamed = caller.patch(path_of(mine), {"name": "別名"}).json()
    # A code whose lists were all taken back may stay, and no other may come.
    changed = caller.patch(path_of(mine), {"codes": ["7203", "1301", "9984"]}).json()

    assert (renamed["name"], renamed["codes"]) == ("別名", ["1301", "7203"])
    assert (changed["name"], changed["codes"]) == ("別名", ["1301", "7203", "9984"])
    assert WatchedCompany.objects.get(code="7203").added_at == before
    assert named(caller.patch(path_of(mine), {"name": "x", "codes": ["9999"]})) == ["codes"]
    assert caller.patch(path_of(mine), {}).json() == changed
    assert caller.patch(path_of(mine), {"codes": []}).json()["codes"] == []


def test_a_name_is_given_once(caller: Caller, mine: WatchList, stranger: Caller) -> None:
    taken = caller.post(WATCH_LISTS, {"name": "マイ銘柄"})

    assert (error_of(taken), taken.json()["error"]["details"]) == (
        (409, "NAME_TAKEN"),
        {"name": "マイ銘柄", "id": mine.pk},
    )
    other = caller.post(WATCH_LISTS, {"name": "別"}).json()
    assert error_of(caller.patch(f"{WATCH_LISTS}/{other['id']}", {"name": "マイ銘柄", "codes": ["7203"]})) == (
        409,
        "NAME_TAKEN",
    )
    assert caller.get(f"{WATCH_LISTS}/{other['id']}").json() == other
    assert stranger.post(WATCH_LISTS, {"name": "マイ銘柄"}).status_code == 201


def test_another_person_finds_nothing_of_it_and_changes_nothing(
    mine: WatchList, stranger: Caller, other_key: Caller
) -> None:
    assert stranger.get(WATCH_LISTS).json()["total"] == 0
    answers = [
        stranger.get(path_of(mine)),
        stranger.patch(path_of(mine), {"codes": []}),
        stranger.delete(path_of(mine)),
    ]
    assert [error_of(answer) for answer in answers] == [(404, "WATCH_LIST_NOT_FOUND")] * 3
    assert codes_of(mine) == ["1301", "7203"]
    # What a person watches is not one program's.
    assert other_key.get(path_of(mine)).json()["codes"] == ["1301", "7203"]


def test_one_that_something_is_told_by_is_not_deleted_unsaid(caller: Caller, mine: WatchList, hook: Any) -> None:
    body = {"name": "変化", "destination": hook["id"], "kinds": ["renamed"], "watch_list": mine.pk}
    subscription = caller.post(SUBSCRIPTIONS, body).json()

    refused = caller.delete(path_of(mine))
    caller.delete(f"{SUBSCRIPTIONS}/{subscription['id']}")

    assert (error_of(refused), refused.json()["error"]["details"]) == ((409, "WATCH_LIST_IN_USE"), {"id": mine.pk})
    assert caller.delete(path_of(mine)).status_code == 204
    assert error_of(caller.delete(path_of(mine))) == (404, "WATCH_LIST_NOT_FOUND")


def test_saved_views_are_ones_own_and_those_that_others_share(
    caller: Caller, stranger: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for owner, name, is_shared in (
        (caller.person, "私の", False),
        (stranger.person, "共有", True),
        (stranger.person, "秘密", False),
    ):
        SavedView.objects.create(owner=owner, name=name, page="companies_company", query="q=x", is_shared=is_shared)

    # The key, when it was used, its person, the person's own rights and those of groups; how many there are; the page.
    with django_assert_num_queries(7):
        told = caller.get(SAVED_VIEWS).json()

    assert {(one["name"], one["is_own"], one["is_shared"], one["page"], one["query"]) for one in told["saved_views"]} == {
        ("私の", True, False, "companies_company", "q=x"), ("共有", False, True, "companies_company", "q=x"),
    }  # fmt: skip
    assert told["total"] == 2
    assert caller.post(SAVED_VIEWS, {"name": "x"}).status_code == 405
