"""The way from nothing to a list that comes by itself: what is done, what is next, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from datasources.choices import SourceHealth
from datasources.connection_check import health_of
from datasources.models import DataSource
from datasources.providers import provider_of
from datasources.source_setup import find_brought_source
from syncjobs.choices import RunStatus
from syncjobs.cron_wording import describe_cron
from syncjobs.models import SyncRun
from syncjobs.monthly_lists import next_month_list_at
from syncjobs.next_day.expectations import list_schedules
from syncjobs.schedule_times import next_run_at
from wording.coloured_choices import Colour, ColouredChoices


class StepState(ColouredChoices):
    """Where a step stands."""

    DONE = "done", Colour.SUCCESS, _("済み")
    NEXT = "next", Colour.PRIMARY, _("次にすること")
    LATER = "later", Colour.DEFAULT, _("このあと")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a step: where it leads, and the permission that it needs; some are taken by the click itself. With what is to be
    known of it before.
    """

    label: str
    url: str
    permission: str
    is_deed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps, in the order of which they are taken."""

    title: str
    text: str
    ways: Sequence[Way]
    state: StepState
    #: Nobody but others can take it.
    is_for_others: bool = False


def steps_for(user: Any, steps: Sequence[Step]) -> list[Step]:
    """With the ways that a person may go."""
    return [
        replace(step, ways=ways, is_for_others=bool(step.ways) and not ways)
        for step in steps
        for ways in [[way for way in step.ways if user.has_perm(way.permission)]]
    ]


def first_steps(sources: Sequence[DataSource], *, has_fresh_list: bool, now: datetime) -> list[Step]:
    """None where a list comes by itself, or people keep the lists fresh with files. `sources` are those that people see."""
    of_lists = [source for source in sources if source.is_enabled and provider_of(source).has_lists]
    of_lists.sort(key=lambda source: not provider_of(source).has_every_day)
    if has_fresh_list:
        return []
    has_run = bool(of_lists) and SyncRun.objects.of_lists().filter(
        source__in=of_lists, status=RunStatus.COMPLETED
    ).exists()  # fmt: skip
    source = of_lists[0] if of_lists else None
    tasks = list_schedules(source, now)
    is_scheduled = any(task.enabled for task in tasks)
    if has_run and is_scheduled:
        return []
    is_tested = any(health_of(one) is SourceHealth.OK for one in of_lists)
    told = [_choose(source), _test(source), _first_list(source), _schedule(source, tasks, now)]
    return _in_order(told, [source is not None, is_tested or has_run, has_run, has_run and is_scheduled])


def _in_order(told: Sequence[tuple[str, str, Sequence[Way]]], done: Sequence[bool]) -> list[Step]:
    following = done.index(False)
    states = [
        StepState.DONE if is_done else StepState.NEXT if place == following else StepState.LATER
        for place, is_done in enumerate(done)
    ]
    return [Step(*one, state) for one, state in zip(told, states, strict=True)]


def _choose(source: DataSource | None) -> tuple[str, str, list[Way]]:
    title = gettext("データソースを選ぶ")
    if source is not None:
        return title, gettext("「{name}」を使います。").format(name=source.name), []
    text = gettext(
        "J-Quants（アカウントが必要、毎営業日・自動）か、JPX の公開一覧（アカウント不要、毎月・自動または手動）を選びます。"
    )
    ways = [
        Way(gettext("J-Quants を登録する"), reverse("admin:datasources_datasource_add"), "datasources.add_datasource")
    ]
    if (brought := find_brought_source()) is not None:
        provider = provider_of(brought)
        ways.append(
            Way(
                gettext("アカウントなしで始める（{name}）").format(name=brought.name),
                reverse("admin:syncjobs_syncrun_begin", args=[brought.pk]), "datasources.change_datasource", is_deed=True,
                note=f"{provider.contents_note} {provider.licence_note}",
            )
        )  # fmt: skip
    ways.append(
        Way(gettext("JPX のファイルを取り込む"), reverse("admin:syncjobs_listupload_add"), "syncjobs.import_list")
    )
    return title, text, ways


def _test(source: DataSource | None) -> tuple[str, str, list[Way]]:
    text = gettext("認証情報を入力したら、保存する前に接続を試せます。保存したあとは「接続テスト」で確かめます。")
    if source is not None and not provider_of(source).form.secrets:
        text = gettext(
            "アカウントは要りません。「接続テスト」で、一覧をダウンロードできるか確かめます（何も書き込みません）。"
        )
    return gettext("接続を確かめる"), text, [_to_source(gettext("接続テストへ"), source)] if source else []


def _first_list(source: DataSource | None) -> tuple[str, str, list[Way]]:
    text = gettext("最新の一覧を取得します。数秒から 1 分ほどです。")
    return gettext("最初の一覧を取り込む"), text, [_to_source(gettext("今すぐ同期へ"), source)] if source else []


def _to_source(label: str, source: DataSource) -> Way:
    return Way(
        label, reverse("admin:datasources_datasource_change", args=[source.pk]), "datasources.view_datasource"
    )  # fmt: skip


def _schedule(source: DataSource | None, tasks: Sequence[PeriodicTask], now: datetime) -> tuple[str, str, list[Way]]:
    title = gettext("毎日の取り込みを決める")
    if source is not None and not provider_of(source).has_every_day:
        title = gettext("毎月の取り込みを決める")
    if not tasks:
        return title, gettext("定期実行の予定がありません。"), []
    way = Way(
        gettext("曜日と時刻を決める"), reverse("admin:django_celery_beat_periodictask_change", args=[tasks[0].pk]),
        "django_celery_beat.change_periodictask",
    )  # fmt: skip
    return title, describe_schedules(source, tasks, now), [way]


def describe_schedules(source: DataSource | None, tasks: Sequence[PeriodicTask], now: datetime) -> str:
    """When the lists of a source come by themselves, and the next time: of a monthly list not each time that its schedule comes round."""
    when = gettext("、").join(_describe(task) for task in tasks)
    moments = [moment for task in tasks if (moment := next_run_at(task, now)) is not None]
    following = min(moments, default=None)
    if source is not None and not provider_of(source).has_every_day:
        when = gettext("毎月、公開されるころから届くまで {when}").format(when=when)
        following = next_month_list_at(source, now)
    if following is None:
        return gettext("{when}（停止中）").format(when=when)
    return gettext("{when}（次回 {at}）").format(when=when, at=f"{timezone.localtime(following):%Y-%m-%d %H:%M}")


def _describe(task: PeriodicTask) -> str:
    cron = task.crontab
    return describe_cron(
        minute=cron.minute, hour=cron.hour, day_of_month=cron.day_of_month, month_of_year=cron.month_of_year,
        day_of_week=cron.day_of_week,
    )  # fmt: skip
