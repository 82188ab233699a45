"""Runs that one click starts in the admin: of a source, or of a run once more. All by POST (`syncjobs.admin.run_actions` has the routes)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from datasources.models import DataSource
from datasources.providers import provider_of
from sign_in.models import ChangeKind
from sign_in.recording import record_request
from syncjobs.choices import RunKind
from syncjobs.errors import SourceNotUsable, SyncAlreadyRunning
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import BY_ADMIN
from syncjobs.runs import start_backfill, start_issuer_run, start_listing_run, start_quote_run

_RUN = "admin:syncjobs_syncrun"


def begin(request: HttpRequest, source_id: int) -> HttpResponse:
    """Enable a source that needs nothing more, and bring in its list."""
    source = get_object_or_404(DataSource, pk=source_id)
    if not (provider_of(source).has_lists and request.user.has_perm("datasources.change_datasource")):
        raise PermissionDenied
    disabled = DataSource.objects.filter(pk=source.pk, is_enabled=False)
    with transaction.atomic():  # nobody enables without being written down
        if disabled.update(is_enabled=True, updated_at=timezone.now()):
            record_request(request, source, ChangeKind.CHANGED, values={"is_enabled": [False, True]})
    source.is_enabled = True
    return go_to_started(request, lambda: start_listing_run(source, requested_by=requester(request)))


def sync_now(request: HttpRequest, source_id: int) -> HttpResponse:
    """The latest list, from the page of a source."""
    source = get_object_or_404(DataSource, pk=source_id)
    return go_to_started(request, lambda: start_listing_run(source, requested_by=requester(request)))


def refresh_quotes(request: HttpRequest, source_id: int) -> HttpResponse:
    """The quotes that are no longer fresh, from the page of their source."""
    source = get_object_or_404(DataSource, pk=source_id)
    return go_to_started(request, lambda: start_quote_run(source, requested_by=requester(request)))


def fetch_issuers(request: HttpRequest, source_id: int) -> HttpResponse:
    """The list of issuers of now, from the page of its source."""
    source = get_object_or_404(DataSource, pk=source_id)
    return go_to_started(request, lambda: start_issuer_run(source, requested_by=requester(request)))


def repeat(request: HttpRequest, run_id: Any) -> HttpResponse:
    run = get_object_or_404(SyncRun.objects.select_related("source"), pk=run_id)
    if run.kind == RunKind.QUOTES:
        return go_to_started(request, lambda: start_quote_run(run.source, requested_by=requester(request)))
    if run.kind == RunKind.ISSUERS:
        return go_to_started(request, lambda: start_issuer_run(run.source, requested_by=requester(request)))
    if run.kind == RunKind.BACKFILL and run.requested_date and run.range_end:
        first, last = run.requested_date, run.range_end
        return go_to_started(
            request, lambda: start_backfill(run.source, first=first, last=last, requested_by=requester(request))
        )
    return go_to_started(
        request, lambda: start_listing_run(run.source, day=run.requested_date, requested_by=requester(request))
    )


def go_to_started(request: HttpRequest, start: Callable[[], SyncRun]) -> HttpResponse:
    """Start, then show the run; where one is going on already, show that one."""
    try:
        return redirect(f"{_RUN}_change", start().pk)
    except SyncAlreadyRunning as busy:
        messages.warning(request, explain_busy(busy))
        return redirect(f"{_RUN}_change", busy.run_id)
    except SourceNotUsable as error:
        messages.error(request, str(error))
        return redirect(f"{_RUN}_changelist")


def explain_busy(busy: SyncAlreadyRunning) -> str:
    """With a link to the run that occupies the source."""
    url = reverse("admin:syncjobs_syncrun_change", args=[busy.run_id])
    return format_html(gettext('このデータソースの<a class="underline" href="{}">同期</a>がすでに実行中です。'), url)


def requester(request: HttpRequest) -> str:
    """Who asks for a run, for its record."""
    return f"{BY_ADMIN}: {request.user.get_username()}"
