"""What pages of the admin say of a value: words, in the colour that it deserves, and nothing where there is nothing to say."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from api.keys import create_api_key, revoke
from api.models import ApiKey
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingSnapshot
from datasources.credentials import Credentials, store_credentials
from datasources.models import DataSource
from masters.models import Market
from syncjobs.models import ListUpload, SyncRun
from tests.conftest import MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")

# An object as Python shows it, a list or a dictionary as it writes them, a null of another language.
REPR = re.compile(r"&lt;\w+[.\w]* |object at 0x|\[&#x27;|\{&#x27;|\{&quot;|(?<![\w-])(?:None|True|False)(?![\w-])")
NOT_SHOWN = re.compile(r"<script.*?</script>|<!--.*?-->|<style.*?</style>|<[^>]*>", re.S)
SECRET = "jq-key-Zm9vYmFyYmF6cXV4-0123"


def shown(page: Any) -> str:
    return NOT_SHOWN.sub("", page.content.decode())


@pytest.fixture
def something_of_all(two_lists: None) -> None:
    """A row of every kind that has pages."""
    source = DataSource.objects.create(name="J-Quants", plan="free")
    store_credentials(source, Credentials(SECRET))
    done = {"status": "completed", "completed_at": timezone.now(), "requested_by": "定期実行"}
    SyncRun.objects.create(source=source, total_companies=4, new_companies=1, **done)
    ListUpload.objects.create(
        file_name="data_j.xls", sha256="0" * 64, size_bytes=1, date_in_force=MARCH, row_count=4, status="applied",
        finished_at=timezone.now(), finished_by="admin", force_reason="確認済み", confirmed_counts={"delisted": 1},
        result={"total": 4, "new": 1, "updated": 2, "deactivated": 1},
    )  # fmt: skip
    create_api_key(name="one", scopes=["read", "sync"])


def pages_of_rows() -> Iterator[str]:
    rows = [
        Company.objects.first(), ListingSnapshot.objects.first(), SyncRun.objects.get(), *DataSource.objects.all(),
        PeriodicTask.objects.exclude(crontab=None).first(), ListUpload.objects.get(), ApiKey.objects.get(),
        Market.objects.first(), User.objects.first(), Group.objects.first(),
    ]  # fmt: skip
    for row in rows:
        assert row is not None
        yield reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def pages_of_models(kind: str) -> Iterator[str]:
    for model in admin.site._registry:
        try:
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}")
        except NoReverseMatch:
            continue


@pytest.mark.usefixtures("something_of_all")
def test_no_page_shows_a_value_as_a_program_writes_it(admin_client: Client) -> None:
    """Nor a green tick or a red cross: whether "yes" is good depends on what was asked."""
    found = {}
    for path in (*pages_of_models("add"), *pages_of_models("changelist"), *pages_of_rows()):
        page = admin_client.get(path, follow=True)
        content = page.content.decode()
        if page.status_code == 200 and (words := REPR.findall(shown(page))):
            found[path] = words
        assert "check_small" not in content, path
        assert "close_small" not in content, path

    assert found == {}
    assert ">はい</span>" in admin_client.get("/admin/masters/market/").content.decode()


@pytest.mark.usefixtures("something_of_all")
def test_nor_to_those_who_may_only_look(client: Client) -> None:
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    pages = {path: client.get(path) for path in (*pages_of_models("changelist"), *pages_of_rows())}

    assert {page.status_code for page in pages.values()} == {200}
    assert {path: words for path, page in pages.items() if (words := REPR.findall(shown(page)))} == {}


@pytest.mark.usefixtures("something_of_all")
def test_the_form_of_a_new_key_has_only_what_can_be_entered(admin_client: Client) -> None:
    page = shown(admin_client.get("/admin/api/apikey/add/"))

    assert ["権限" in page, "有効期限" in page] == [True, True]
    assert ["作成日時" in page, "最終利用" in page, "失効日時" in page] == [False] * 3


@pytest.mark.usefixtures("something_of_all")
def test_an_operator_sees_that_credentials_are_set_and_nothing_of_them(client: Client) -> None:
    user = User.objects.create_user("operator", is_staff=True)
    user.groups.add(Group.objects.get(name="operator"))
    client.force_login(user)
    path = f"/admin/datasources/datasource/{DataSource.objects.get(name='J-Quants').pk}/change/"
    with_key = shown(client.get(path))
    DataSource.objects.update(encrypted_credentials="")
    without = shown(client.get(path))

    assert re.search(r"認証情報\s+設定済み", re.sub(r"\n+", "\n", with_key))
    assert re.search(r"認証情報\s+未設定", re.sub(r"\n+", "\n", without))
    assert "0123" not in with_key
    assert ["API キー（V2）" in page for page in (with_key, without)] == [False, False]


def test_a_schedule_that_may_only_be_looked_at_shows_no_empty_fields(client: Client) -> None:
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_periodictask"))
    client.force_login(user)
    task = PeriodicTask.objects.get(name="上場銘柄一覧の同期")
    page = shown(client.get(f"/admin/django_celery_beat/periodictask/{task.pk}/change/"))

    assert "月〜金曜日 18:00" in page
    assert "曜日\n" not in page


def colour_of(page: str, word: str) -> str:
    label = re.findall(r'class="inline-block font-semibold([^"]*)"[^>]*>\s*' + word + r"\s*<", page)
    assert label, f"{word} is no label"
    return next(name for name in ("green", "red", "orange", "blue") if f"bg-{name}-100" in label[0])


def test_a_key_is_green_while_it_opens_something(admin_client: Client) -> None:
    create_api_key(name="good", scopes=["read"])
    old, _ = create_api_key(name="old", scopes=["read"])
    ApiKey.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=1))
    gone, _ = create_api_key(name="gone", scopes=["read"])
    revoke(gone)

    page = admin_client.get("/admin/api/apikey/").content.decode()

    assert [colour_of(page, word) for word in ("有効", "期限切れ", "失効")] == ["green", "orange", "red"]


def test_a_list_is_green_while_it_holds(admin_client: Client) -> None:
    apply_snapshot(MARCH, [make_issue("7203"), make_issue("7201"), make_issue("1301"), make_issue("130A")], "jpx")
    old, new = ListingSnapshot.objects.filter(date_in_force=MARCH).order_by("is_superseded").reverse()
    pages = [
        admin_client.get(f"/admin/companies/listingsnapshot/{entry.pk}/change/").content.decode()
        for entry in (new, old)
    ]

    assert (old.is_superseded, new.is_superseded) == (True, False)
    assert [colour_of(pages[0], "有効"), colour_of(pages[1], "置き換え済み")] == ["green", "orange"]


def test_an_empty_list_says_why_it_is_empty(admin_client: Client) -> None:
    for path, words in [
        ("/admin/syncjobs/syncrun/", "まだ何もありません（同期）"),
        ("/admin/syncjobs/listupload/", "まだ何もありません（一覧ファイルの取込）"),
        ("/admin/syncjobs/syncrun/?status__exact=failed", "条件に合うものはありません"),
        ("/admin/companies/company/?q=zzzz", "条件に合うものはありません"),
        ("/admin/companies/company/?e=1", "表示していません"),
    ]:
        page = admin_client.get(path).content.decode()

        assert words in page, (path, words)
        assert ("条件をすべて外す" in page) == ("?" in path), (path, words)


def test_an_address_that_was_kept_leads_on_who_is_signed_in(admin_client: Client) -> None:
    for path, lands_on in [
        ("/admin/login/", "/admin/"),
        ("/admin/login/?next=/admin/companies/company/%3Fq%3D7203", "/admin/companies/company/?q=7203"),
        ("/admin/login/?next=/admin/login/", "/admin/"),
        ("/admin/login/?next=/admin/logout/", "/admin/"),
        ("/admin/login/?next=https://example.com/", "/admin/"),
        ("/admin/login/?next=//example.com/", "/admin/"),
        ("/admin/logout/", "/admin/"),
        ("/admin/login", "/admin/login/"),
        ("/admin", "/admin/"),
        ("/admin/companies/company?q=7203", "/admin/companies/company/?q=7203"),
    ]:
        answer = admin_client.get(path)

        assert (answer.status_code, answer.headers["Location"]) == (302, lands_on), (path, lands_on)


@pytest.mark.parametrize(
    ("query", "lands_on"),
    [
        ("", "/admin/"),
        ("?next=/admin/companies/company/", "/admin/companies/company/"),
        ("?next=//example.com", "/admin/"),
    ],
)
def test_signing_in_leads_to_a_page_that_there_is(client: Client, query: str, lands_on: str) -> None:
    User.objects.create_superuser("root", password="correct horse battery")

    answer = client.post(f"/admin/login/{query}", {"username": "root", "password": "correct horse battery"})

    assert (answer.status_code, answer.headers["Location"]) == (302, lands_on)
    assert client.get(lands_on).status_code == 200


@pytest.mark.usefixtures("something_of_all")
def test_no_address_of_a_button_is_a_dead_end(admin_client: Client) -> None:
    """A session that ended meanwhile leads through the sign-in back to where a button was pressed, by GET."""
    source = DataSource.objects.get(name="J-Quants")

    for path, lands_on in (
        ("/admin/companies/company/columns/", "/admin/companies/company/"),
        (f"/admin/syncjobs/syncrun/sync-now/{source.pk}/", "/admin/syncjobs/syncrun/"),
    ):
        answer = admin_client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, lands_on)
