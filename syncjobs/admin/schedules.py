"""The schedule of background work, in place of django-celery-beat's own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
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

from syncjobs.cron_wording import describe_cron
from syncjobs.schedule_form import ScheduleForm

# Their forms are plain Django's, in English, and offer schedules that nothing here uses.
for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class ScheduledTaskAdmin(ModelAdmin):
    """What runs by itself and when; an operator may switch each off and on, and say when."""

    form = ScheduleForm
    list_display = ("name", "when", "is_on", "last_run_at", "total_run_count")
    fieldsets = (
        (None, {"fields": ("name", "description", "enabled")}),
        (
            "予定（日本時間）",
            {"fields": ("when", ("minute", "hour"), ("day_of_week", "day_of_month", "month_of_year"))},
        ),
        ("記録", {"fields": ("last_run_at", "total_run_count")}),
    )
    readonly_fields = ("name", "description", "when", "last_run_at", "total_run_count")
    list_select_related = ("crontab", "interval")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Work comes with the product."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is switched off instead."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        """The product's own; Celery keeps one for itself."""
        tasks: QuerySet[PeriodicTask] = super().get_queryset(request)
        return tasks.exclude(crontab=None)

    @display(description="予定")
    def when(self, task: PeriodicTask) -> str:
        """In words."""
        cron = task.crontab
        return describe_cron(
            minute=cron.minute, hour=cron.hour, day_of_month=cron.day_of_month, month_of_year=cron.month_of_year,
            day_of_week=cron.day_of_week,
        )  # fmt: skip

    @display(description="状態", ordering="enabled", label={"有効": "success", "停止": "warning"})
    def is_on(self, task: PeriodicTask) -> str:
        """Whether it runs."""
        return "有効" if task.enabled else "停止"
