"""The way from nothing to a list that comes by itself: each state says the next step."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from companies.ledger.snapshots import apply_snapshot
from datasources.models import DataSource
from syncjobs.models import SyncRun
from tests.conftest import FEBRUARY
from tests.factories import make_issue, make_source
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.django_db

ADD = "/admin/datasources/datasource/add/"


def text(response: Any) -> str:
    return str(response.content.decode())


def steps(client: Client) -> list[tuple[str, str]]:
    """Each step with its state, as the first page has them."""
    page = text(client.get("/admin/"))
    if "はじめの設定" not in page:
        return []
    section = page[page.index('id="first-steps"') :].partition("</ol>")[0]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    return re.findall(r"\d\. (\S+) (済み|次にすること|このあと)", words)


def signed_in(role: str) -> Client:
    user = User.objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def test_at_the_beginning_a_source_is_chosen(admin_client: Client) -> None:
    page = text(admin_client.get("/admin/"))

    assert steps(admin_client) == [
        ("データソースを選ぶ", "次にすること"), ("接続を確かめる", "このあと"), ("最初の一覧を取り込む", "このあと"),
        ("毎日の取り込みを決める", "このあと"),
    ]  # fmt: skip
    assert f'href="{ADD}">J-Quants を登録する</a>' in page
    assert 'href="/admin/syncjobs/listupload/add/">JPX のファイルを取り込む</a>' in page
    assert "月〜金曜日 18:00（次回 " in page


def test_then_it_is_tested_then_asked_then_scheduled(admin_client: Client, jquants: FakeJquants) -> None:
    source = make_source(jquants)
    states = [[state for _, state in steps(admin_client)]]
    DataSource.objects.filter(pk=source.pk).update(last_checked_at=timezone.now(), last_check_code="OK")
    states.append([state for _, state in steps(admin_client)])
    PeriodicTask.objects.update(enabled=False)
    SyncRun.objects.create(source=source, status="completed", completed_at=timezone.now(), requested_by="test")
    states.append([state for _, state in steps(admin_client)])
    PeriodicTask.objects.update(enabled=True)

    assert states == [
        ["済み", "次にすること", "このあと", "このあと"],
        ["済み", "済み", "次にすること", "このあと"],
        ["済み", "済み", "済み", "次にすること"],
    ]
    assert steps(admin_client) == []


def test_who_brings_fresh_files_needs_no_source(admin_client: Client) -> None:
    apply_snapshot(FEBRUARY, [make_issue()], "jpx")
    with_old = len(steps(admin_client))
    apply_snapshot(timezone.localdate(), [make_issue()], "jpx")

    assert (with_old, steps(admin_client)) == (4, [])


def test_an_operator_is_told_whom_to_ask_for_what_they_may_not() -> None:
    page = text(signed_in("operator").get("/admin/"))

    assert "J-Quants を登録する" not in page
    assert "JPX のファイルを取り込む" in page


def test_an_analyst_is_told_that_there_is_nothing_yet() -> None:
    page = text(signed_in("analyst").get("/admin/"))

    assert "はじめの設定" not in page
    assert "まだ一覧が取り込まれていません。 運用担当か管理者に依頼してください。" in page


@pytest.mark.parametrize(
    ("path", "note"),
    [
        (ADD, "J-Quants Pro の契約が必要です"),
        ("/admin/syncjobs/listupload/add/", "アカウントは要りません"),
        ("/admin/syncjobs/issuerlistupload/add/", "EDINET の利用規約"),
    ],
)
def test_the_conditions_of_use_stand_beside_the_form(path: str, note: str, admin_client: Client) -> None:
    assert note in text(admin_client.get(path))


def test_the_form_of_a_source_leads_who_has_no_account_to_files(admin_client: Client) -> None:
    assert "JPX 上場銘柄一覧のファイルを取り込む</a>だけでも始められます" in text(admin_client.get(ADD))


def form(fake: FakeJquants, **changed: str) -> dict[str, str]:
    values = {"name": "本番", "api_version": "v2", "plan": "unlimited", "base_url": fake.url(), "is_enabled": "on",
              "api_key": API_KEY, "mail_address": "", "password": ""}  # fmt: skip
    return {**values, **changed}


def test_what_is_in_the_form_is_tried_before_it_is_saved(admin_client: Client, jquants: FakeJquants) -> None:
    before = DataSource.objects.count()
    good = text(admin_client.post("/admin/datasources/datasource/try/?provider=jquants", form(jquants)))
    bad = text(admin_client.post("/admin/datasources/datasource/try/", form(jquants, api_key="wrong-key-wrong-key")))
    unfilled = text(admin_client.post("/admin/datasources/datasource/try/", form(jquants, api_key="")))

    assert "接続できました。認証情報は有効です。 次は「保存」です。" in good
    assert "API キーが正しいか確認" in bad
    assert "API キー（V2）: V2 では API キーが必要です" in unfilled
    assert API_KEY not in good + bad + unfilled
    assert DataSource.objects.count() == before


def test_a_stored_key_is_tried_with_what_was_entered_beside_it(
    admin_client: Client, source: DataSource, jquants: FakeJquants
) -> None:
    path = f"/admin/datasources/datasource/{source.pk}/try/"
    kept = text(admin_client.post(path, form(jquants, api_key="")))
    other = text(admin_client.post(path, form(jquants, api_key="wrong-key-wrong-key")))

    assert "接続できました" in kept
    assert "API キーが正しいか確認" in other


def test_who_may_not_enter_a_source_may_not_try_one(jquants: FakeJquants, source: DataSource) -> None:
    client = signed_in("operator")

    assert client.post("/admin/datasources/datasource/try/", form(jquants)).status_code == 403
    assert client.post(f"/admin/datasources/datasource/{source.pk}/try/", form(jquants)).status_code == 403


def test_saving_leads_to_where_the_next_step_is(admin_client: Client, jquants: FakeJquants) -> None:
    answer = admin_client.post(ADD, form(jquants), follow=True)
    source = DataSource.objects.get(name="本番")

    assert answer.redirect_chain == [(f"/admin/datasources/datasource/{source.pk}/change/", 302)]
    assert "次は、接続テストをしてから、最初の同期をします。" in text(answer)
