"""Runs in the admin: the list with what is going on, and the page of one that follows it live."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.numbers import NOTHING
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import colour_label
from syncjobs.admin import run_actions
from syncjobs.admin.company_quote import quote_part
from syncjobs.admin.run_page import duration, may_operate, run_context, summary
from syncjobs.admin.shown_progress import show_progress
from syncjobs.admin.start_page import sync_figures
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import show_recorded


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    """A record of every run. "Adding" one is starting a sync; the page of one shows its progress without reloading."""

    list_display = ("started", "status_label", "what", "source", "day", "result", "requester", "seconds")
    list_display_links = ("started", "what")
    list_filter = ("status", "kind", "source")
    list_select_related = ("source",)
    list_before_template = "admin/syncjobs/syncrun/active_runs.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncRun]:
        """Runs that somebody started; the days of a back-fill are on its page."""
        runs: QuerySet[SyncRun] = super().get_queryset(request).defer("listing", "review")
        is_list = request.resolver_match is not None and str(request.resolver_match.url_name).endswith("_changelist")
        if not is_list:
            return runs
        return runs.filter(parent=None).annotate(review_reason=F("review__reason"), review_details=F("review__details"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_operate(request)

    def get_urls(self) -> list[URLPattern]:
        """With the live parts and the actions."""
        own = [
            path("active/", self.admin_site.admin_view(self.active_view), name="syncjobs_syncrun_active"),
            path("state/", self.admin_site.admin_view(self.state_view), name="syncjobs_syncrun_state"),
            path("<uuid:run_id>/live/", self.admin_site.admin_view(self.live_view), name="syncjobs_syncrun_live"),
            path("quote/<int:company_id>/", self.admin_site.admin_view(quote_part), name="syncjobs_syncrun_quote"),
            *run_actions.urls(self.admin_site),
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The forms that start a sync or a back-fill."""
        return run_actions.start_page(request, self.admin_site)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list below what is going on now."""
        page: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **_active_context()})
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        if run is None or not self.has_view_permission(request, run):
            missing: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
            return missing
        context = {
            **self.admin_site.each_context(request),
            "title": str(run),
            "opts": self.opts,
            **run_context(request, run),
        }
        return render(request, "admin/syncjobs/syncrun/run_page.html", context)

    def live_view(self, request: HttpRequest, run_id: Any) -> HttpResponse:
        """The part of the page that follows the run; the browser asks for it every second while it goes on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = SyncRun.objects.without_listing().select_related("source").filter(pk=run_id).first()
        if run is None:
            raise Http404
        return render(request, "admin/syncjobs/syncrun/run.html", run_context(request, run))

    def active_view(self, request: HttpRequest) -> HttpResponse:
        """What is going on; when that changed, the browser reloads the list below it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = _active_context()
        context["has_add_permission"] = self.has_add_permission(request)
        page = render(request, "admin/syncjobs/syncrun/active_runs.html", context)
        if request.GET.get("known") != context["active_ids"]:
            page["HX-Refresh"] = "true"
        return page

    def state_view(self, request: HttpRequest) -> HttpResponse:
        """How synchronisation stands, for the first page; when a run ended, the browser reloads what it may have changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        figures = sync_figures()
        page = render(request, "admin/dashboard/sync.html", figures)
        running = figures["running"]
        if request.GET.get("running") and str(running and running.pk) != request.GET["running"]:
            page["HX-Refresh"] = "true"
        return page

    @display(description=_("開始日時"), ordering="started_at")
    def started(self, run: SyncRun) -> str:
        """To the second, in Japan."""
        return one_line(f"{timezone.localtime(run.started_at):%Y-%m-%d %H:%M:%S}")

    @display(description=_("状態"), ordering="status")
    def status_label(self, run: SyncRun) -> str:
        return colour_label(run.status_words, run.status_colour)

    @display(description=_("内容"))
    def what(self, run: SyncRun) -> str:
        """What was asked for."""
        return format_html('<span style="display:block;min-width:9rem">{}</span>', run)

    @display(description=_("基準日"), ordering="date_in_force")
    def day(self, run: SyncRun) -> str:
        """Of the list that came."""
        return one_line(run.date_in_force or NOTHING)

    @display(description=_("結果"))
    def result(self, run: SyncRun) -> str:
        """The figures, or the first sentence of what went wrong; the rest is on the page of the run."""
        text = summary(run)
        return format_html('<span style="display:block;min-width:14rem">{}</span>', text.split("。")[0].split(". ")[0])

    @display(description=_("実行者"), ordering="requested_by")
    def requester(self, run: SyncRun) -> str:
        """A person, a key or the schedule."""
        return show_recorded(run.requested_by)

    @display(description=_("所要時間"))
    def seconds(self, run: SyncRun) -> str:
        """From the start to the end."""
        return duration(run)


def _active_context() -> dict[str, Any]:
    active = list(SyncRun.objects.without_listing().of_their_own().active().select_related("source"))
    shown = [(run, show_progress(run)) for run in active]
    return {"active_runs": shown, "active_ids": ",".join(sorted(str(run.pk) for run in active))}
