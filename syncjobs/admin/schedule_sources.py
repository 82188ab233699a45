"""Which sources a schedule of lists is for, on its page: the list of the day comes from some, that of the next business day from others."""

from datetime import datetime

from django.utils.html import format_html_join
from django.utils.translation import gettext
from django_celery_beat.models import PeriodicTask

from admin_pages.numbers import NOTHING
from datasources.choices import NextDay
from datasources.models import DataSource
from datasources.providers import list_provider_of
from syncjobs.missing_lists import scheduled_sources
from syncjobs.next_day.expectations import tasks_for
from syncjobs.next_day.refusals import find_refusal
from syncjobs.schedule_times import DAY, EVENING, MONTH, MORNING, is_scheduled


def is_of_lists(task: PeriodicTask) -> bool:
    """Whether a schedule brings in lists."""
    return task.task in (DAY, EVENING, MORNING, MONTH)


def tell_sources(task: PeriodicTask, now: datetime) -> str:
    """Each source of lists, with whether the schedule is for it, and why not."""
    lines = [(source.name, _tell(source, task.task, now)) for source in scheduled_sources()]
    return format_html_join("", "<div>{}: {}</div>", lines) if lines else NOTHING


def _tell(source: DataSource, task: str, now: datetime) -> str:
    if task in tasks_for(source, now):
        return gettext("対象です")
    if not list_provider_of(source).has_every_day:
        return gettext("対象外（一覧は月に 1 回です）")
    if task == MONTH:
        return gettext("対象外（毎営業日の一覧があります）")
    if task == DAY:
        return gettext("対象外（翌営業日の一覧を、前日の夕方に取り込みます）")
    return _why_not_ahead(source, now)


def _why_not_ahead(source: DataSource, now: datetime) -> str:
    if list_provider_of(source).shows_next_day(source) is NextDay.NEVER:
        return gettext("対象外（契約プランでは、翌営業日の一覧を前日に取得できません）")
    if (refusal := find_refusal(source, now)) is not None:
        return gettext("対象外（{message}）").format(message=gettext(refusal.message))
    if not is_scheduled(DAY):
        return gettext("対象外（「上場銘柄一覧の同期」が停止しています）")
    return gettext("対象外（「翌営業日の一覧の取得」が停止しています）")
