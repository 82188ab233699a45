"""The form of a schedule: switched on or off, days of the week as ticks and times; what they cannot say, as a cron line."""

from datetime import datetime
from typing import Any

from celery.schedules import ParseException, crontab
from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from syncjobs.schedule_times import first_after
from syncjobs.weekly_times import WEEK, DifferentMinutes, NotATime, WeeklyTimes, parse_times, read_weekly, write_weekly

_ZONE = "Asia/Tokyo"
#: Name, label and help of each part of a cron line.
_PARTS = {
    "minute": (_("分"), _("0〜59。* は毎分、*/5 は 5 分ごと")),
    "hour": (_("時"), _("0〜23。* は毎時、9,18 は 9 時と 18 時")),
    "day_of_week": (_("曜日"), _("0（日）〜6（土）。1-5 は平日、* は毎日")),
    "day_of_month": (_("日"), _("1〜31。* は毎日")),
    "month_of_year": (_("月"), _("1〜12。* は毎月")),
}
# Cron counts from Sunday, Python from Monday.
_DAYS = [(str(day), WEEKDAYS_ABBR[(day - 1) % 7]) for day in WEEK]
_TICKS = ("days", "times")


class DaysWidget(UnfoldAdminCheckboxSelectMultipleWidget):  # type: ignore[misc] # untyped
    """Side by side."""

    template_name = "admin/django_celery_beat/periodictask/days.html"


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """When a task runs, in Japan's time. Of ticks and cron line the one that was changed counts."""

    days = forms.MultipleChoiceField(label=_("曜日"), choices=_DAYS, required=False, widget=DaysWidget)
    times = forms.CharField(
        label=_("時刻"), required=False, max_length=100, widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "19:30"}),
        help_text=_("例: 19:30。1 日に何回も実行するときは 9:00、15:00 のように並べます。"),
    )  # fmt: skip
    minute, hour, day_of_week, day_of_month, month_of_year = (
        forms.CharField(label=label, help_text=help_text, max_length=60, widget=UnfoldAdminTextInputWidget())
        for label, help_text in _PARTS.values()
    )

    class Meta:
        model = PeriodicTask
        fields = ("enabled",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.crontab is None:
            return
        line = {name: getattr(self.instance.crontab, name) for name in _PARTS}
        weekly = read_weekly(line)
        ticks: dict[str, Any] = {"days": [], "times": ""}
        if weekly is not None:
            ticks["days"] = [str(day) for day in weekly.days]
            ticks["times"] = "、".join(f"{at.hour}:{at.minute:02}" for at in weekly.times)
        elif "times" in self.fields:
            self.fields["times"].help_text = gettext(
                "いまの予定は曜日と時刻では表せません（「詳細」にあります）。曜日と時刻を入力すると、置き換えます。"
            )
        self.initial.update({**line, **ticks})

    @cached_property
    def changed_data(self) -> list[str]:
        """Ticks that were not sent are not changed: no box ticked is sent as nothing at all."""
        changed = super().changed_data
        return [name for name in changed if name not in _TICKS or "times" in self.data]

    def clean(self) -> dict[str, Any]:
        """Each part is read as the scheduler will read it."""
        values: dict[str, Any] = super().clean() or {}
        changed = {*self.changed_data}
        if changed & {*_TICKS}:
            if changed & {*_PARTS}:
                self.add_error(
                    "times", gettext("曜日・時刻と「詳細」の両方が変わっています。どちらか一方だけを変更してください。")
                )
            else:
                values |= self._line_of_ticks(values)
        self._check_line(values)
        if not self.errors and self._next_run(values) is None:
            self.add_error("day_of_month", gettext("この日付の組み合わせは、どの年にもありません。"))
        return values

    def _line_of_ticks(self, values: dict[str, Any]) -> dict[str, str]:
        """The cron line that the ticks say; none where they say nothing that can be."""
        days = tuple(int(day) for day in values.get("days") or ())
        if not days:
            self.add_error("days", gettext("曜日を 1 つ以上選んでください。実行しないときは「有効」を外します。"))
        try:
            times = parse_times(values.get("times") or "")
            if not times:
                self.add_error("times", gettext("時刻を入力してください（例: 19:30）。"))
            return write_weekly(WeeklyTimes(days, times)) if days and times else {}
        except NotATime as error:
            text = gettext(
                "「{value}」は時刻として読めません。19:30 のように、0:00 から 23:59 までで入力してください。"
            )
            self.add_error("times", text.format(value=error))
        except DifferentMinutes:
            self.add_error("times", gettext("並べる時刻は、分をそろえてください（例: 9:30、15:30）。"))
        return {}

    def _check_line(self, values: dict[str, Any]) -> None:
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
