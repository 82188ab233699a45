"""The form of a schedule: switched on or off, and its cron line, checked."""

from datetime import datetime
from typing import Any

from celery.schedules import ParseException, crontab
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from unfold.widgets import UnfoldAdminTextInputWidget

from syncjobs.schedule_times import first_after

_ZONE = "Asia/Tokyo"
#: Name, label and help of each part of a cron line.
_PARTS = {
    "minute": (_("分"), _("0〜59。* は毎分、*/5 は 5 分ごと")),
    "hour": (_("時"), _("0〜23。* は毎時、9,18 は 9 時と 18 時")),
    "day_of_week": (_("曜日"), _("0（日）〜6（土）。1-5 は平日、* は毎日")),
    "day_of_month": (_("日"), _("1〜31。* は毎日")),
    "month_of_year": (_("月"), _("1〜12。* は毎月")),
}


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """When a task runs, in Japan's time."""

    minute, hour, day_of_week, day_of_month, month_of_year = (
        forms.CharField(label=label, help_text=help_text, max_length=60, widget=UnfoldAdminTextInputWidget())
        for label, help_text in _PARTS.values()
    )

    class Meta:
        model = PeriodicTask
        fields = ("enabled",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.crontab is not None:
            self.initial.update({name: getattr(self.instance.crontab, name) for name in _PARTS})

    def clean(self) -> dict[str, Any]:
        """Each part is read as the scheduler will read it."""
        values: dict[str, Any] = super().clean() or {}
        for name in _PARTS:
            if name in values:
                values[name] = values[name].replace(" ", "")
                try:
                    crontab(**{name: values[name]})
                except (ParseException, ValueError):
                    self.add_error(
                        name,
                        gettext("「{value}」は使えません。{help_text}").format(
                            value=values[name], help_text=_PARTS[name][1]
                        ),
                    )
        if not self.errors and self._next_run(values) is None:
            self.add_error("day_of_month", gettext("この日付の組み合わせは、どの年にもありません。"))
        return values

    def save(self, commit: bool = True) -> Any:
        """The schedule itself may be shared by tasks: another line is another row.

        What was changed holds from its next time on. Otherwise an hour that has passed today would be made up for at once.
        """
        line = {name: self.cleaned_data[name] for name in _PARTS}
        self.instance.crontab = CrontabSchedule.objects.filter(**line, timezone=_ZONE).first() or (
            CrontabSchedule.objects.create(**line, timezone=_ZONE)
        )
        if self.changed_data:
            self.instance.start_time = self._next_run(self.cleaned_data)
        return super().save(commit)

    @staticmethod
    def _next_run(values: dict[str, Any]) -> datetime | None:
        line = CrontabSchedule(**{name: values[name] for name in _PARTS}, timezone=_ZONE)
        try:
            return first_after(line.schedule, timezone.now())
        except (RuntimeError, ValueError):
            return None
