"""Cron lines in words, in the language of the page.

cron-descriptor, which django-celery-beat brings along, leaves days of the week in English in its Japanese.
"""

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext

# Cron counts from Sunday, Python from Monday.
_WEEKDAYS = [WEEKDAYS_ABBR[(day - 1) % 7] for day in range(7)]
_EVERY = "*"


def describe_cron(*, minute: str, hour: str, day_of_month: str, month_of_year: str, day_of_week: str) -> str:
    """When a schedule runs, such as `月〜金曜日 18:00`; the fields as they are for what cannot be said so simply."""
    days = _describe_days(day_of_month, month_of_year, day_of_week)
    times = _describe_times(minute, hour)
    if days is None or times is None:
        told = gettext("分 {minute}、時 {hour}、日 {day}、月 {month}、曜日 {weekday}").format(
            minute=minute, hour=hour, day=day_of_month, month=month_of_year, weekday=day_of_week
        )
    else:
        told = gettext("{days} {times}").format(days=days, times=times)
    # The parts are of one sentence: in English only its first letter is a capital.
    return told[:1].upper() + told[1:]


def _describe_times(minute: str, hour: str) -> str | None:
    if hour == _EVERY:
        return _describe_minutes(minute)
    first, dash, last = hour.partition("-")
    if dash and first.isdecimal() and last.isdecimal():
        within = _describe_minutes(minute)
        return within and gettext("{first}〜{last} 時台 {within}").format(first=first, last=last, within=within)
    hours = hour.split(",")
    if not minute.isdecimal() or not all(part.isdecimal() for part in hours):
        return None
    return gettext("、").join(f"{int(part):02}:{int(minute):02}" for part in hours)


def _describe_minutes(minute: str) -> str | None:
    if minute == _EVERY:
        return gettext("毎分")
    if minute.startswith("*/") and minute[2:].isdecimal():
        return gettext("{minutes} 分ごと").format(minutes=minute[2:])
    return gettext("毎時 {minute} 分").format(minute=int(minute)) if minute.isdecimal() else None


def _describe_days(day_of_month: str, month_of_year: str, day_of_week: str) -> str | None:
    if month_of_year != _EVERY:
        return None
    if day_of_week == _EVERY:
        if day_of_month == _EVERY:
            return gettext("毎日")
        return gettext("毎月 {day} 日").format(day=int(day_of_month)) if day_of_month.isdecimal() else None
    return _describe_weekdays(day_of_week) if day_of_month == _EVERY else None


def _describe_weekdays(day_of_week: str) -> str | None:
    named = []
    for part in day_of_week.split(","):
        ends = part.split("-")
        if len(ends) > 2 or not all(end.isdecimal() and int(end) < len(_WEEKDAYS) for end in ends):
            return None
        named.append(gettext("〜").join(str(_WEEKDAYS[int(end)]) for end in ends))
    return gettext("{days}曜日").format(days=gettext("・").join(named))
