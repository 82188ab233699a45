"""A schedule set by ticks and a time, with its next run and its last result; what ticks cannot say stays a cron line."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from datasources.models import DataSource
from sign_in.models import RecordedChange
from syncjobs.models import SyncRun

pytestmark = pytest.mark.django_db

SYNC, QUOTES = "上場銘柄一覧の同期", "株価の更新"
LIST = "/admin/django_celery_beat/periodictask/"


def task_of(name: str) -> PeriodicTask:
    return PeriodicTask.objects.select_related("crontab").get(name=name)


def cron_of(name: str) -> str:
    cron = task_of(name).crontab
    return f"{cron.minute} {cron.hour} {cron.day_of_month} {cron.month_of_year} {cron.day_of_week}"


def form_of(name: str, **changed: Any) -> dict[str, Any]:
    """As the page has it."""
    cron = task_of(name).crontab
    line = {part: getattr(cron, part) for part in ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")}
    ticks = {"days": ["1", "2", "3", "4", "5"], "times": "18:00"} if name == SYNC else {"times": ""}
    return {"enabled": "on", **line, **ticks, **changed}


def save(client: Client, name: str, **changed: Any) -> str:
    answer = client.post(f"{LIST}{task_of(name).pk}/change/", form_of(name, **changed), follow=True)
    return str(answer.content.decode())


def test_days_and_a_time_are_ticked_and_the_next_run_is_told(admin_client: Client) -> None:
    page = save(admin_client, SYNC, days=["2", "4"], times="19:30")

    assert cron_of(SYNC) == "30 19 * * 2,4"
    assert "火・木曜日 19:30" in page
    assert "次回の実行は" in page


def test_the_form_opens_with_what_the_line_says(admin_client: Client) -> None:
    page = admin_client.get(f"{LIST}{task_of(SYNC).pk}/change/")
    form = page.context["adminform"].form

    assert (form["days"].value(), form["times"].value()) == (["1", "2", "3", "4", "5"], "18:00")
    assert "詳細（cron）" in page.content.decode()


def test_several_times_of_the_same_minute_are_one_schedule(admin_client: Client) -> None:
    save(admin_client, SYNC, days=["1", "2", "3", "4", "5", "6", "0"], times="９：００、15:00")

    assert cron_of(SYNC) == "0 9,15 * * *"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"days": []}, "曜日を 1 つ以上選んでください"),
        ({"times": ""}, "時刻を入力してください"),
        ({"times": "25:00"}, "「25:00」は時刻として読めません"),
        ({"times": "9:00、12:30"}, "分をそろえてください"),
        ({"times": "19:30", "hour": "20"}, "どちらか一方だけを変更してください"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changed: dict[str, Any], words: str, admin_client: Client) -> None:
    assert words in save(admin_client, SYNC, **changed)
    assert cron_of(SYNC) == "0 18 * * 1-5"


def test_a_line_that_ticks_cannot_say_is_left_untouched(admin_client: Client) -> None:
    page = admin_client.get(f"{LIST}{task_of(QUOTES).pk}/change/").content.decode()
    assert "いまの予定は曜日と時刻では表せません" in page

    save(admin_client, QUOTES)

    assert cron_of(QUOTES) == "*/30 9-16 * * 1-5"
    assert task_of(QUOTES).start_time is None


def test_and_replaced_where_somebody_ticks(admin_client: Client) -> None:
    save(admin_client, QUOTES, days=["1"], times="16:00")

    assert cron_of(QUOTES) == "0 16 * * 1"


def test_the_line_itself_can_be_changed_with_the_ticks_as_they_were(admin_client: Client) -> None:
    save(admin_client, SYNC, day_of_month="1", day_of_week="*")

    assert cron_of(SYNC) == "0 18 1 * *"


def test_a_form_saved_as_it_came_changes_nothing(admin_client: Client) -> None:
    save(admin_client, SYNC)

    assert task_of(SYNC).start_time is None
    assert RecordedChange.objects.count() == 0


def test_the_list_tells_the_next_run_and_how_the_last_one_ended(admin_client: Client, source: DataSource) -> None:
    done = {"requested_by": "定期実行", "completed_at": timezone.now()}
    SyncRun.objects.create(source=source, status="completed", **done)
    failed = SyncRun.objects.create(source=source, status="failed", **done)
    SyncRun.objects.create(source=source, status="completed", completed_at=timezone.now(), requested_by="管理画面: a")
    PeriodicTask.objects.filter(name=QUOTES).update(enabled=False)
    page = admin_client.get(LIST).content.decode()
    row = page[page.index(SYNC) :]

    assert f"/admin/syncjobs/syncrun/{failed.pk}/change/" in row
    assert "失敗" in row[: row.index("</tr>")]
    assert "停止中" in page[page.index(QUOTES) :]


def test_the_list_asks_as_many_questions_however_many_runs_there_were(
    admin_client: Client, source: DataSource, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        SyncRun.objects.create(source=source, status="completed", requested_by="定期実行", completed_at=timezone.now())
    admin_client.get(LIST)
    # Session, user, two counts and the rows; the last run of each of the six that start any.
    with django_assert_max_num_queries(11):
        admin_client.get(LIST)


def test_who_changed_a_schedule_from_what_to_what_is_written_down(admin_client: Client) -> None:
    save(admin_client, SYNC, days=["2"], times="19:30")
    change = RecordedChange.objects.get()

    assert (change.person, change.kind) == ("admin", "changed")
    assert change.values == {"cron": ["0 18 * * 1-5", "30 19 * * 2"]}
