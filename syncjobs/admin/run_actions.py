"""What an operator does with runs in the admin: start, back-fill, repeat, cancel, approve, reject. All by POST."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from admin_pages.list_address import explain_unknown, explain_value
from companies.admin.difference_file import difference_file
from datasources.models import DataSource
from datasources.providers import ListProvider, labels_of, list_provider_of
from syncjobs.admin.run_page import may_operate, run_context
from syncjobs.admin.starting_runs import (
    begin,
    explain_busy,
    fetch_issuers,
    go_to_started,
    refresh_quotes,
    repeat,
    requester,
    sync_now,
)  # fmt: skip
from syncjobs.approval import approve_run, can_be_approved
from syncjobs.approval_form import ApprovalForm
from syncjobs.backfill_estimate import estimate_backfill
from syncjobs.choices import RunKind
from syncjobs.errors import (
    FiguresDiffer,
    RunIsApplying,
    RunNotApprovable,
    RunNotCancellable,
    SyncAlreadyRunning,
)
from syncjobs.fetched_listing import unpack_issues
from syncjobs.forms import BackfillForm, StartSyncForm
from syncjobs.models import SyncRun
from syncjobs.runs import cancel_run, start_backfill, start_listing_run
from syncjobs.sources import enabled_daily_sources, enabled_list_sources

_RUN = "admin:syncjobs_syncrun"


def urls(site: AdminSite) -> list[URLPattern]:
    """Routes of the actions, below those of runs."""

    def action(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def checked(request: HttpRequest, **arguments: Any) -> HttpResponse:
            if not may_operate(request):
                raise PermissionDenied
            if request.method != "POST":  # a bookmark, or the way back from signing in again: nothing is done by it
                run_id = arguments.get("run_id")
                return redirect(f"{_RUN}_change", run_id) if run_id else redirect(f"{_RUN}_changelist")
            return view(request, **arguments)

        wrapped: Callable[..., HttpResponse] = site.admin_view(checked)
        return wrapped

    return [
        path("estimate/", site.admin_view(estimate), name="syncjobs_syncrun_estimate"),
        path("begin/<int:source_id>/", action(begin), name="syncjobs_syncrun_begin"),
        path("sync-now/<int:source_id>/", action(sync_now), name="syncjobs_syncrun_sync_now"),
        path("refresh-quotes/<int:source_id>/", action(refresh_quotes), name="syncjobs_syncrun_refresh_quotes"),
        path("fetch-issuers/<int:source_id>/", action(fetch_issuers), name="syncjobs_syncrun_fetch_issuers"),
        path("<uuid:run_id>/repeat/", action(repeat), name="syncjobs_syncrun_repeat"),
        path("<uuid:run_id>/cancel/", action(cancel), name="syncjobs_syncrun_cancel"),
        path("<uuid:run_id>/approve/", action(approve), name="syncjobs_syncrun_approve"),
        path("<uuid:run_id>/difference/", site.admin_view(difference), name="syncjobs_syncrun_difference"),
    ]


def start_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Two forms, one for a list and one for a range; the button that was pressed tells which was meant."""
    if not may_operate(request):
        raise PermissionDenied
    is_backfill, is_sync = "backfill" in request.POST, "sync" in request.POST
    chosen = {"source": request.GET.get("source")}
    _tell_what_is_not_read(request)
    sync = StartSyncForm(request.POST if is_sync else None, initial=chosen, prefix="sync")
    backfill = BackfillForm(request.POST if is_backfill else None, initial=chosen, prefix="backfill")
    if is_sync and sync.is_valid():
        values = sync.cleaned_data
        return go_to_started(
            request,
            lambda: start_listing_run(
                values["source"], day=values["day"], is_forced=values["force"], requested_by=requester(request)
            ),
        )
    if is_backfill and backfill.is_valid():
        values = backfill.cleaned_data
        return go_to_started(
            request,
            lambda: start_backfill(
                values["source"], first=values["first"], last=values["last"], requested_by=requester(request)
            ),
        )
    context = {
        **site.each_context(request), "title": gettext("同期を開始"), "opts": SyncRun._meta, "sync_form": sync,
        "list_providers": labels_of(ListProvider), "backfill_form": backfill, "has_source": enabled_list_sources().exists(),
        "has_daily_source": enabled_daily_sources().exists(),
    }  # fmt: skip
    return render(request, "admin/syncjobs/syncrun/start.html", context)


def _tell_what_is_not_read(request: HttpRequest) -> None:
    for name in request.GET:
        value = str(request.GET[name])
        is_source = name == "source" and value.isascii() and value.isdecimal()
        if name != "source":
            messages.warning(request, explain_unknown(name))
        elif not is_source or not DataSource.objects.filter(pk=int(value[:9])).exists():
            messages.warning(request, explain_value(name, value))


def estimate(request: HttpRequest) -> HttpResponse:
    """A sentence on how long the range in the form would take; nothing while the form is not complete."""
    if not may_operate(request):
        raise PermissionDenied
    form = BackfillForm(request.GET, prefix="backfill")
    if not form.is_valid():
        return HttpResponse("")
    found = estimate_backfill(form.cleaned_data["source"], form.cleaned_data["first"], form.cleaned_data["last"])
    return HttpResponse(
        gettext(
            "最大 {days:,} 営業日を取得します（取り込み済み {recorded:,} 日）。"
            "契約プランの上限で約 {minutes:,} 分かかります。"
        ).format(days=found.days, recorded=found.recorded, minutes=found.minutes)
    )


def cancel(request: HttpRequest, run_id: Any) -> HttpResponse:
    """Cancel a run, or reject one that waits for a decision."""
    run = get_object_or_404(SyncRun, pk=run_id)
    try:
        cancel_run(run, cancelled_by=requester(request))
        messages.info(
            request,
            gettext("中止を依頼しました。")
            if run.completed_at is None
            else gettext("却下しました。何も書き込んでいません。"),
        )
    except RunIsApplying:
        messages.warning(request, gettext("一覧を書き込んでいるため、中止できません。まもなく終わります。"))
    except RunNotCancellable:
        messages.warning(request, gettext("この同期は、すでに終了しているため中止できません。"))
    return redirect(f"{_RUN}_change", run_id)


def approve(request: HttpRequest, run_id: Any) -> HttpResponse:
    """Apply what was reviewed, if the numbers and a reason were given; else the page again, as things are now."""
    run = get_object_or_404(SyncRun.objects.select_related("source"), pk=run_id)
    form = ApprovalForm(request.POST, counts=(run.review or {}).get("event_counts", {}))
    try:
        if not can_be_approved(run):
            raise RunNotApprovable
        if form.is_valid():
            approve_run(
                run, approved_by=requester(request), reason=form.cleaned_data["reason"], confirmed=form.confirmed()
            )
            messages.info(request, gettext("承認しました。確認した内容を取り込みます。"))
            return redirect(f"{_RUN}_change", run_id)
    except RunNotApprovable:
        messages.error(
            request, gettext("この同期は承認できません（確認待ちではないか、一覧として成り立たない内容です）。")
        )
        return redirect(f"{_RUN}_change", run_id)
    except SyncAlreadyRunning as busy:
        messages.error(request, explain_busy(busy))
        return redirect(f"{_RUN}_change", run_id)
    except FiguresDiffer as changed:
        messages.error(request, gettext("確認している間に変化の件数が変わりました。新しい内容を確かめてください。"))
        form = ApprovalForm({"reason": form.cleaned_data["reason"]}, counts=changed.counts)
    site: AdminSite = admin.site
    context = {
        **site.each_context(request),
        "title": str(run),
        "opts": SyncRun._meta,
        **run_context(request, run, form),
    }
    return render(request, "admin/syncjobs/syncrun/run_page.html", context)


def difference(request: HttpRequest, run_id: Any) -> HttpResponseBase:
    """All that a run which waits for a decision would change, as a file."""
    if not may_operate(request):
        raise PermissionDenied
    run = get_object_or_404(SyncRun, pk=run_id)
    if not can_be_approved(run) or run.date_in_force is None or run.kind == RunKind.ISSUERS:
        messages.warning(request, gettext("この同期は確認待ちではないため、差分はありません。"))
        return redirect(f"{_RUN}_change", run_id)
    issues = unpack_issues(run.listing or b"")
    back = reverse(f"{_RUN}_change", args=[run_id])
    source = list_provider_of(run.source).snapshot_source
    return difference_file(request, run.date_in_force, issues, source, back=back) or redirect(back)
