"""What an operator does with runs in the admin: start, back-fill, repeat, cancel, approve, reject. All by POST."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from datasources.models import DataSource
from syncjobs.backfill_estimate import estimate_backfill
from syncjobs.choices import RunKind
from syncjobs.errors import RunIsApplying, RunNotApprovable, RunNotCancellable, SourceNotUsable, SyncAlreadyRunning
from syncjobs.forms import BackfillForm, StartSyncForm
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import BY_ADMIN
from syncjobs.runs import approve_run, cancel_run, start_backfill, start_listing_run, start_quote_run


def may_operate(request: HttpRequest) -> bool:
    """Who may start, cancel and approve."""
    return bool(request.user.has_perm("syncjobs.operate_sync"))


def urls(site: AdminSite) -> list[URLPattern]:
    """Routes of the actions, below those of runs."""

    def action(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def checked(request: HttpRequest, **arguments: Any) -> HttpResponse:
            if not may_operate(request):
                raise PermissionDenied
            return view(request, **arguments)

        wrapped: Callable[..., HttpResponse] = site.admin_view(require_POST(checked))
        return wrapped

    return [
        path("estimate/", site.admin_view(estimate), name="syncjobs_syncrun_estimate"),
        path("sync-now/<int:source_id>/", action(sync_now), name="syncjobs_syncrun_sync_now"),
        path("refresh-quotes/<int:source_id>/", action(refresh_quotes), name="syncjobs_syncrun_refresh_quotes"),
        path("<uuid:run_id>/repeat/", action(repeat), name="syncjobs_syncrun_repeat"),
        path("<uuid:run_id>/cancel/", action(cancel), name="syncjobs_syncrun_cancel"),
        path("<uuid:run_id>/approve/", action(approve), name="syncjobs_syncrun_approve"),
    ]


def start_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Two forms, one for a list and one for a range; the button that was pressed tells which was meant."""
    if not may_operate(request):
        raise PermissionDenied
    is_backfill, is_sync = "backfill" in request.POST, "sync" in request.POST
    chosen = {"source": request.GET.get("source")}
    sync = StartSyncForm(request.POST if is_sync else None, initial=chosen, prefix="sync")
    backfill = BackfillForm(request.POST if is_backfill else None, initial=chosen, prefix="backfill")
    if is_sync and sync.is_valid():
        values = sync.cleaned_data
        return _go_to_started(
            request,
            lambda: start_listing_run(
                values["source"], day=values["day"], is_forced=values["force"], requested_by=_name(request)
            ),
        )
    if is_backfill and backfill.is_valid():
        values = backfill.cleaned_data
        return _go_to_started(
            request,
            lambda: start_backfill(
                values["source"], first=values["first"], last=values["last"], requested_by=_name(request)
            ),
        )
    context = {
        **site.each_context(request), "title": gettext("同期を開始"), "opts": SyncRun._meta, "sync_form": sync,
        "backfill_form": backfill, "has_source": sync.fields["source"].queryset.exists(),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "admin/syncjobs/syncrun/start.html", context)


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


def sync_now(request: HttpRequest, source_id: int) -> HttpResponse:
    """The latest list, from the page of a source."""
    source = get_object_or_404(DataSource, pk=source_id)
    return _go_to_started(request, lambda: start_listing_run(source, requested_by=_name(request)))


def refresh_quotes(request: HttpRequest, source_id: int) -> HttpResponse:
    """The quotes that are no longer fresh, from the page of their source."""
    source = get_object_or_404(DataSource, pk=source_id)
    return _go_to_started(request, lambda: start_quote_run(source, requested_by=_name(request)))


def repeat(request: HttpRequest, run_id: Any) -> HttpResponse:
    """The same once more."""
    run = get_object_or_404(SyncRun.objects.select_related("source"), pk=run_id)
    if run.kind == RunKind.QUOTES:
        return _go_to_started(request, lambda: start_quote_run(run.source, requested_by=_name(request)))
    if run.kind == RunKind.BACKFILL and run.requested_date and run.range_end:
        first, last = run.requested_date, run.range_end
        return _go_to_started(
            request, lambda: start_backfill(run.source, first=first, last=last, requested_by=_name(request))
        )
    return _go_to_started(
        request, lambda: start_listing_run(run.source, day=run.requested_date, requested_by=_name(request))
    )


def cancel(request: HttpRequest, run_id: Any) -> HttpResponse:
    """Cancel a run, or reject one that waits for a decision."""
    run = get_object_or_404(SyncRun, pk=run_id)
    try:
        cancel_run(run)
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
    return redirect("admin:syncjobs_syncrun_change", run_id)


def approve(request: HttpRequest, run_id: Any) -> HttpResponse:
    """Apply what was reviewed."""
    run = get_object_or_404(SyncRun, pk=run_id)
    try:
        approve_run(run, approved_by=_name(request))
        messages.info(request, gettext("承認しました。確認した内容を取り込みます。"))
    except RunNotApprovable:
        messages.error(
            request, gettext("この同期は承認できません（確認待ちではないか、一覧として成り立たない内容です）。")
        )
    except SyncAlreadyRunning as busy:
        messages.error(request, _busy(busy))
    return redirect("admin:syncjobs_syncrun_change", run_id)


def _go_to_started(request: HttpRequest, start: Callable[[], SyncRun]) -> HttpResponse:
    """Start, then show the run; where one is going on already, show that one."""
    try:
        return redirect("admin:syncjobs_syncrun_change", start().pk)
    except SyncAlreadyRunning as busy:
        messages.warning(request, _busy(busy))
        return redirect("admin:syncjobs_syncrun_change", busy.run_id)
    except SourceNotUsable as error:
        messages.error(request, str(error))
        return redirect("admin:syncjobs_syncrun_changelist")


def _busy(busy: SyncAlreadyRunning) -> str:
    url = reverse("admin:syncjobs_syncrun_change", args=[busy.run_id])
    return format_html(gettext('このデータソースの<a class="underline" href="{}">同期</a>がすでに実行中です。'), url)


def _name(request: HttpRequest) -> str:
    return f"{BY_ADMIN}: {request.user.get_username()}"
