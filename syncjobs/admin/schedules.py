"""The schedule of background work, in place of django-celery-beat's own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.admin import ModelAdmin
from unfold.decorators import display

# Their forms are plain Django's, in English, and offer schedules that nothing here uses.
for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class ScheduledTaskAdmin(ModelAdmin):
    """What runs by itself and when; an operator may switch each off and on."""

    list_display = ("name", "when", "is_on", "last_run_at", "total_run_count")
    fields = ("name", "description", "enabled", "when", "last_run_at", "total_run_count")
    readonly_fields = ("name", "description", "when", "last_run_at", "total_run_count")
    list_select_related = ("crontab", "interval")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Work comes with the product."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is switched off instead."""
        return False

    @display(description="予定")
    def when(self, task: PeriodicTask) -> str:
        """The cron line with its time zone, or the interval."""
        cron = task.crontab
        if cron is None:
            return str(task.interval)
        line = f"{cron.minute} {cron.hour} {cron.day_of_month} {cron.month_of_year} {cron.day_of_week}"
        return f"{line}（分 時 日 月 曜日、{cron.timezone}）"

    @display(description="状態", ordering="enabled", label={"有効": "success", "停止": "warning"})
    def is_on(self, task: PeriodicTask) -> str:
        """Whether it runs."""
        return "有効" if task.enabled else "停止"
