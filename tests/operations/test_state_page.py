"""How the product does, for people."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from companies.models import HistoryProof

pytestmark = pytest.mark.django_db

PAGE, PARTS = "/admin/operations/", "/admin/operations/parts/"


def parts(client: Client) -> str:
    return client.get(PARTS).content.decode()


def test_each_part_the_queue_the_schedules_and_the_backups_are_told(admin_client: Client) -> None:
    PeriodicTask.objects.update(last_run_at=timezone.now())
    page = parts(admin_client)

    names = (
        "データベース",
        "キャッシュ",
        "キュー",
        "ワーカー",
        "通知の送信",
        "待っている仕事",
        "定期実行",
        "バックアップ",
    )
    assert [name for name in names if name not in page] == []
    assert "0 件" in page
    assert "最後の実行" in page


def test_beat_that_is_silent_is_no_good_news(admin_client: Client) -> None:
    PeriodicTask.objects.update(last_run_at=timezone.now() - timedelta(minutes=4))
    silent = parts(admin_client)
    PeriodicTask.objects.update(last_run_at=timezone.now())

    assert silent.count("応答なし") == parts(admin_client).count("応答なし") + 1


def test_a_broker_that_is_away_is_said_and_the_page_is_there(admin_client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    page = parts(admin_client)

    # The queue, the workers behind it, and what waits in it.
    assert page.count("応答なし") >= 4


@pytest.mark.parametrize(
    ("address", "is_linked"), [("https://flower.example.com/", True), ("javascript:alert(1)", False), ("", False)]
)
def test_flower_is_linked_where_its_address_is_known(
    address: str, is_linked: bool, admin_client: Client, settings: Settings
) -> None:
    settings.FLOWER_URL = address
    page = admin_client.get(PAGE).content.decode()

    assert (f'href="{address}">Flower</a>' in page) is is_linked
    assert ("環境変数 FLOWER_URL" in page) is not is_linked


def test_operators_and_administrators_see_it_and_analysts_do_not() -> None:
    statuses = {}
    for role in ("analyst", "operator", "administrator"):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        statuses[role] = (client.get(PAGE).status_code, client.get(PARTS).status_code)
        assert ("稼働状況" in client.get("/admin/").content.decode()) is (role != "analyst")

    assert statuses == {"analyst": (403, 403), "operator": (200, 200), "administrator": (200, 200)}


@pytest.mark.parametrize(
    ("hours", "differences", "words"),
    [
        (1, 0, ("正常", "改訂 7 まで相違なし")), (49, 0, ("遅れ", "改訂 7 まで相違なし")), (1, 3, ("相違あり", "相違 3 件")),
        (None, 0, ("未確認", "まだ検証していません")),
    ],
)  # fmt: skip
def test_the_last_proof_of_the_history_is_told_with_the_way_to_all(
    admin_client: Client, hours: int | None, differences: int, words: tuple[str, str]
) -> None:
    if hours is not None:
        HistoryProof.objects.create(
            origin="schedule", started_at=timezone.now() - timedelta(hours=hours), duration_seconds=1, since_revision=0,
            until_revision=7, difference_count=differences,
        )  # fmt: skip
    page = parts(admin_client)
    row = page[page.index("履歴の検証") :].partition("</tr>")[0]

    assert [word for word in words if word not in row] == []
    assert ("/admin/companies/historyproof/" in row) is (hours is not None)
