"""The exchange's calendar, as sources told it: which days are business days, which have a list, and where a computed one differs."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from admin_pages.filter_days import PeriodFilter
from admin_pages.moments import show_moment
from admin_pages.numbers import NOTHING
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import status_label
from companies.choices import Finality
from companies.events.business_days import is_business_day
from companies.ledger.provisional.noting import provisional_entries
from companies.models import ListingSnapshot
from syncjobs.calendar.facts import DayFacts, describe_days, find_disagreements
from syncjobs.models import CalendarDay
from wording.coloured_choices import Colour, ColouredChoices


class Opening(ColouredChoices):
    """Whether shares are traded."""

    OPEN = "open", Colour.INFO, _("営業日")
    CLOSED = "closed", Colour.DEFAULT, _("休業日")


class ChosenFilter(DropdownFilter):
    """Days of one property."""

    title, parameter_name = _("抽出"), "chosen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("open", gettext("営業日")), ("closed", gettext("休業日")), ("without_list", gettext("一覧のない営業日（今日まで）")),
            ("provisional", gettext("一覧が暫定の日")), ("differs", gettext("計算と違う日")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> QuerySet[CalendarDay]:
        lists = ListingSnapshot.objects.holding().filter(date_in_force=OuterRef("day"))
        match self.value():
            case "open" | "closed":
                return queryset.filter(is_business_day=self.value() == "open")
            case "without_list":
                return queryset.filter(~Exists(lists), is_business_day=True, day__lte=timezone.localdate())
            case "provisional":
                return queryset.filter(Exists(provisional_entries().filter(date_in_force=OuterRef("day"))))
            case "differs":
                return queryset.filter(pk__in=_differing())
        return queryset


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnlyAdmin):
    """Days, newest first; today and its neighbours stand above them."""

    list_display = ("shown_day", "weekday", "opening", "division", "list_state", "computed", "told_at")
    list_display_links = ("shown_day",)
    list_filter = (ChosenFilter, ("day", PeriodFilter))
    list_filter_submit = True
    ordering = ("-day",)
    fields = ("shown_day", "weekday", "opening", "division", "list_state", "computed", "told_at")
    readonly_fields = fields
    list_before_template = "admin/syncjobs/calendarday/today.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarDay]:
        """Each with whether it has a list, and a provisional one."""
        days: QuerySet[CalendarDay] = super().get_queryset(request)
        lists = ListingSnapshot.objects.holding().filter(date_in_force=OuterRef("day"))
        waiting = provisional_entries().filter(date_in_force=OuterRef("day"))
        return days.annotate(has_list=Exists(lists), has_provisional=Exists(waiting))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Below the days around today."""
        (today,) = describe_days(timezone.localdate(), timezone.localdate())
        page: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "today": _words_of(today)})
        return page

    @display(description=_("日"), ordering="day")
    def shown_day(self, row: CalendarDay) -> str:
        """As the API writes it."""
        return one_line(row.day)

    @display(description=_("曜日"))
    def weekday(self, row: CalendarDay) -> str:
        return str(WEEKDAYS_ABBR[row.day.weekday()])

    @display(description=_("営業日"), ordering="is_business_day")
    def opening(self, row: CalendarDay) -> str:
        return status_label(Opening.OPEN if row.is_business_day else Opening.CLOSED)

    @display(description=_("区分"), ordering="kind")
    def division(self, row: CalendarDay) -> str:
        """As the source told it."""
        return str(row.get_kind_display()) if row.kind else NOTHING

    @display(description=_("一覧"))
    def list_state(self, row: Any) -> str:
        """Whether the ledger has the list of the day."""
        if row.has_provisional:
            return status_label(Finality.PROVISIONAL)
        return gettext("一覧あり") if row.has_list else NOTHING

    @display(description=_("計算との違い"))
    def computed(self, row: CalendarDay) -> str:
        """Where holidays by law say otherwise."""
        if row.is_business_day == is_business_day(row.day):
            return ""
        return gettext("計算では休業日") if row.is_business_day else gettext("計算では営業日")

    @display(description=_("取得日時"), ordering="learnt_at")
    def told_at(self, row: CalendarDay) -> str:
        """When a source told it last."""
        return show_moment(row.learnt_at)


def _differing() -> Collection[date]:
    return [one.day for one in find_disagreements(date.min, date.max)]


def _words_of(today: DayFacts) -> str:
    word = gettext("営業日") if today.is_business_day else gettext("休業日")
    basis = (
        gettext("データソースのカレンダー")
        if today.told
        else gettext("計算（データソースからはまだ知らされていません）")
    )
    return gettext(
        "今日 {day} は{word}です（{basis}による）。前の営業日は {previous}、次の営業日は {following}。"
    ).format(day=today.day, word=word, basis=basis, previous=today.previous, following=today.following)
