"""The schedule of background work, in place of django-celery-beat's own pages."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.decorators import display

from admin_pages.moments import show_moment
from admin_pages.numbers import NOTHING
from admin_pages.status_label import colour_label, status_label
from sign_in.recording import RecordingAdmin
from syncjobs.admin.schedule_sources import is_of_lists, tell_sources
from syncjobs.choices import ScheduleState
from syncjobs.cron_wording import describe_cron
from syncjobs.recorded_texts import show_recorded
from syncjobs.schedule_form import ScheduleForm
from syncjobs.schedule_times import next_run_at
from syncjobs.scheduled_runs import last_scheduled_run

# Their forms are plain Django's, in English, and offer schedules that nothing here uses.
for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


class _Titled:
    """A task as the theme writes it into the title of its page."""

    def __init__(self, task: PeriodicTask) -> None:
        self.pk, self._meta, self._name = task.pk, task._meta, task.name

    def __str__(self) -> str:
        return show_recorded(self._name)


@admin.register(PeriodicTask)
class ScheduledTaskAdmin(RecordingAdmin):
    """What runs by itself and when; an operator may switch each off and on, and say when."""

    form = ScheduleForm
    list_display = ("shown_name", "when", "is_on", "next_run", "last_result")
    fieldsets = (
        (None, {"fields": ("shown_name", "shown_description", "for_sources", "enabled")}),
        (
            _("予定（日本時間）"),
            {
                "fields": ("when", "next_run", "last_result", "days", "times"),
                "description": _(
                    "変更は次に来る時刻から有効です。今日すでに過ぎた時刻に変えても、すぐには実行しません。"
                ),
            },
        ),
        (
            _("詳細（cron）"),
            {
                "fields": (("minute", "hour"), ("day_of_week", "day_of_month", "month_of_year")),
                "classes": ("collapse",),
                "description": _("曜日と時刻では表せない予定を、cron の書き方で指定します。"),
            },
        ),
        (_("記録"), {"fields": ("ran_at", "total_run_count")}),
    )
    readonly_fields = (
        "shown_name", "shown_description", "for_sources", "when", "next_run", "last_result", "ran_at", "total_run_count",
    )  # fmt: skip
    list_select_related = ("crontab", "interval")

    def recorded_values(self, row: Any) -> dict[str, Any]:
        """The cron line itself: in words it would be of one language."""
        cron = row.crontab
        line = (cron.minute, cron.hour, cron.day_of_month, cron.month_of_year, cron.day_of_week)
        return {"enabled": row.enabled, "cron": " ".join(line)}

    def recorded_name(self, row: Any) -> str:
        """Without the cron line, which is among the values."""
        return str(row.name)

    def logged_as(self, row: Any) -> Any:
        """Likewise."""
        return _Titled(row)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Said of the task by its name alone."""
        answer: HttpResponse = super().response_change(request, _Titled(obj))
        return answer

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Work comes with the product."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is switched off instead."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only schedules of lists are for some sources and not for others."""
        sets = super().get_fieldsets(request, obj)
        if obj is None or is_of_lists(obj):
            return sets
        (title, options), *others = sets
        return [(title, {**options, "fields": tuple(f for f in options["fields"] if f != "for_sources")}), *others]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        """The product's own; Celery keeps one for itself."""
        tasks: QuerySet[PeriodicTask] = super().get_queryset(request)
        return tasks.exclude(crontab=None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Under the task's name alone: django-celery-beat adds the cron line to it."""
        task = self.get_object(request, object_id)
        titles = {"subtitle": show_recorded(task.name), "original": _Titled(task)} if task else {}
        page: HttpResponse = super().change_view(request, object_id, form_url, {**titles, **(extra_context or {})})
        return page

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Under the same name."""
        task = self.get_object(request, object_id)
        titles = {"title": show_recorded(task.name), "object": _Titled(task)} if task else {}
        page: HttpResponse = super().history_view(request, object_id, {**titles, **(extra_context or {})})
        return page

    def save_model(self, request: HttpRequest, obj: PeriodicTask, form: Any, change: bool) -> None:
        """Says when it runs next."""
        super().save_model(request, obj, form, change)
        if (moment := next_run_at(obj, timezone.now())) is not None:
            messages.info(request, gettext("次回の実行は {moment} です。").format(moment=_in_japan(moment)))

    @display(description=_("次回"))
    def next_run(self, task: PeriodicTask) -> str:
        """When it comes round the next time."""
        moment = next_run_at(task, timezone.now())
        return _in_japan(moment) if moment else NOTHING

    @display(description=_("前回の実行"))
    def ran_at(self, task: PeriodicTask) -> str:
        """When it was sent to a worker last."""
        return show_moment(task.last_run_at)

    @display(description=_("前回の結果"))
    def last_result(self, task: PeriodicTask) -> str:
        """Of what makes runs, how the last one ended; of the rest, when it ran."""
        run = last_scheduled_run(task.task)
        if run is not None:
            return format_html(
                '<a class="text-primary-600 dark:text-primary-500 whitespace-nowrap" href="{}">{}</a> {}',
                reverse("admin:syncjobs_syncrun_change", args=[run.pk]), _in_japan(run.started_at),
                colour_label(run.status_words, run.status_colour),
            )  # fmt: skip
        return _in_japan(task.last_run_at) if task.last_run_at else gettext("まだありません")

    @display(description=_("名称"), ordering="name")
    def shown_name(self, task: PeriodicTask) -> str:
        """In the language of the page."""
        return show_recorded(task.name)

    @display(description=_("説明"))
    def shown_description(self, task: PeriodicTask) -> str:
        """In the language of the page."""
        return show_recorded(task.description)

    @display(description=_("データソース"))
    def for_sources(self, task: PeriodicTask) -> str:
        """Which it is for."""
        return tell_sources(task, timezone.now())

    @display(description=_("予定"))
    def when(self, task: PeriodicTask) -> str:
        cron = task.crontab
        return describe_cron(
            minute=cron.minute, hour=cron.hour, day_of_month=cron.day_of_month, month_of_year=cron.month_of_year,
            day_of_week=cron.day_of_week,
        )  # fmt: skip

    @display(description=_("状態"), ordering="enabled")
    def is_on(self, task: PeriodicTask) -> str:
        return status_label(ScheduleState.ON if task.enabled else ScheduleState.OFF)


def _in_japan(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
