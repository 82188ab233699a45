"""The three roles: what each may open and do, on every page of the admin."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.examples import so_many

pytestmark = pytest.mark.usefixtures("two_lists")

LISTS = {
    "companies_company", "companies_listingevent", "companies_listingsnapshot", "companies_ledgerrevision", "masters_market",
    "masters_sector17", "masters_sector33", "companies_issuer", "companies_issuerlist", "companies_companyidentifier",
    "companies_officialdate", "companies_succession", "subscriptions_savedview", "subscriptions_watchlist",
    "companies_historyproof", "subscriptions_destination", "subscriptions_subscription", "subscriptions_delivery", "syncjobs_calendarday",
}  # fmt: skip
OPERATIONS = {
    "syncjobs_syncrun", "syncjobs_listupload", "syncjobs_issuerlistupload", "django_celery_beat_periodictask", "datasources_datasource",
    "backups_backuprecord",
}  # fmt: skip
#: Of which everybody has their own.
OWN = {"api_apikey"}
ADMINISTRATION = {"auth_user", "auth_group", "sign_in_recordedchange"}
ALLOWED = {
    "analyst": LISTS | OWN,
    "operator": LISTS | OWN | OPERATIONS,
    "administrator": LISTS | OWN | OPERATIONS | ADMINISTRATION,
}


def sign_in(role: str) -> Client:
    user = User.objects.create_user(f"one-{role}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def allowed_by_their_admins(role: str) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = User.objects.get(username=f"one-{role}")
    return {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_view_or_change_permission(request)
    }


def spared_of(role: str) -> set[str]:
    """Lists that everybody may open, each of which one of the three roles does, and of which the others are only asked whether they may; in
    proofs all of them do.
    """
    position = list(ALLOWED).index(role)
    opens_third = so_many(in_each_run=1, in_proofs=0)
    return {name for place, name in enumerate(sorted(LISTS)) if opens_third and place % len(ALLOWED) != position}


@pytest.mark.parametrize("role", list(ALLOWED))
def test_each_role_opens_its_lists_and_is_refused_the_others(role: str) -> None:
    client = sign_in(role)
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    opened = registered - spared_of(role)
    statuses = {name: client.get(reverse(f"admin:{name}_changelist")).status_code for name in sorted(opened)}

    assert {name for name, status in statuses.items() if status == 200} == ALLOWED[role] - spared_of(role)
    assert allowed_by_their_admins(role) == ALLOWED[role]
    assert {status for name, status in statuses.items() if name not in ALLOWED[role]} <= {403}


def test_pages_of_their_own_are_guarded_too() -> None:
    clients, files = {role: sign_in(role) for role in ALLOWED}, []
    for path, allowed in [
        ("/admin/", {"analyst", "operator", "administrator"}),
        ("/admin/companies/company/compare/", {"analyst", "operator", "administrator"}),
        ("/admin/companies/company/export/?format=csv", {"analyst", "operator", "administrator"}),
        ("/admin/companies/listingevent/summary/", {"analyst", "operator", "administrator"}),
        ("/admin/companies/listingevent/years/", {"analyst", "operator", "administrator"}),
        ("/admin/companies/listingsnapshot/curve/", {"analyst", "operator", "administrator"}),
        ("/admin/syncjobs/syncrun/add/", {"operator", "administrator"}),
        ("/admin/datasources/datasource/add/", {"administrator"}),
        ("/admin/api/apikey/add/", {"analyst", "operator", "administrator"}),
        ("/admin/auth/user/add/", {"administrator"}),
        ("/admin/subscriptions/destination/add/", {"analyst", "operator", "administrator"}),
        ("/admin/subscriptions/destination/all/", {"administrator"}),
    ]:
        answers = {role: client.get(path) for role, client in clients.items()}
        files += [answer for answer in answers.values() if answer.streaming]
        statuses = {role: answer.status_code for role, answer in answers.items()}

        assert {role for role, status in statuses.items() if status == 200} == allowed, (path, allowed)
        assert set(statuses.values()) <= {200, 403}, (path, allowed)
    for file in files:
        file.close()  # it is being read from the database by then, and closes the connection


def test_the_first_page_shows_each_role_what_it_may_see() -> None:
    pages = {role: sign_in(role).get("/admin/").content.decode() for role in ALLOWED}

    assert ["四半期ごとの動き" in pages[role] for role in ALLOWED] == [True, True, True]
    assert ["すべての同期" in pages[role] for role in ALLOWED] == [False, True, True]
    assert ["登録する" in pages[role] for role in ALLOWED] == [False, False, True]


def test_an_administrator_cannot_make_a_superuser_nor_change_one() -> None:
    client = sign_in("administrator")
    me = User.objects.get()
    root = User.objects.create_superuser("root")
    form = {
        "username": me.username, "is_active": "on", "is_staff": "on", "is_superuser": "on",
        "user_permissions": [Permission.objects.get(codename="delete_user").pk], "groups": [me.groups.get().pk],
        "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00", "last_login_0": "", "last_login_1": "",
        "first_name": "", "last_name": "", "email": "",
    }  # fmt: skip

    answer = client.post(f"/admin/auth/user/{me.pk}/change/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    me.refresh_from_db()
    assert (me.is_superuser, me.user_permissions.count()) == (False, 0)
    assert client.post(f"/admin/auth/user/{root.pk}/change/", {**form, "username": "owned"}).status_code == 403
    assert client.get(f"/admin/auth/user/{root.pk}/password/").status_code == 403


def test_who_may_only_look_at_keys_cannot_revoke_them() -> None:
    user = User.objects.create_user("watcher", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client = Client()
    client.force_login(user)

    assert "revoke_keys" not in client.get("/admin/api/apikey/").content.decode()


def test_ten_wrong_passwords_make_a_pause_for_that_name_only() -> None:
    User.objects.create_superuser("root", password="correct horse battery")
    User.objects.create_superuser("other", password="correct horse battery")
    client = Client()
    for _ in range(9):
        assert client.post("/admin/login/", {"username": "root", "password": "wrong"}).status_code == 200

    paused = client.post("/admin/login/", {"username": "root", "password": "wrong"})
    still = client.post("/admin/login/", {"username": "root", "password": "correct horse battery"})
    other = client.post("/admin/login/", {"username": "other", "password": "correct horse battery"})

    assert (paused.status_code, still.status_code, other.status_code) == (429, 429, 302)
    assert "15 分間停止" in paused.content.decode()
    assert paused.headers["Retry-After"] == "900"
