"""Runs: starting, watching, cancelling and approving them; and the quote of one company, refreshed when it is asked for."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import ApiViewSet, DataViewSet, of_one_state
from api.endpoints.filters import StrictFilterSet
from api.endpoints.pagination import LinkedPagination
from api.endpoints.schema import answer
from api.models import ApiKey
from companies.api.converters import COMPANY_CODE
from companies.api.errors import company_not_found
from companies.api.quotes import quote_row
from companies.code_notation import find_code
from companies.models import Company
from datasources.errors import SourceError
from datasources.models import DataSource
from syncjobs.api import serializers
from syncjobs.api.errors import quote_error, run_errors, run_not_found, source_without_lists, unknown_source
from syncjobs.api.filters import SyncRunFilterSet
from syncjobs.api.permissions import HasSyncScope
from syncjobs.approval import approve_run, can_be_approved
from syncjobs.apps import SYNC
from syncjobs.choices import ACTIVE_STATUSES, RunStatus
from syncjobs.errors import RunNotApprovable
from syncjobs.models import SyncRun
from syncjobs.quotes_on_demand import get_current_quote
from syncjobs.runs import cancel_run, start_listing_run
from syncjobs.sources import find_default_source, find_source


class SyncRunViewSet(DataViewSet):
    """Runs. The state of their list changes when one comes or goes on to another status, not with its progress."""

    queryset = SyncRun.objects.without_listing().select_related("source")
    family = SYNC
    permission_classes = [HasSyncScope]
    filterset_class, list_filterset = StrictFilterSet, SyncRunFilterSet
    pagination_class = LinkedPagination
    lookup_url_kwarg, lookup_value_converter = "run_id", "uuid"
    tag = "sync"

    @extend_schema(
        operation_id="list_sync_runs",
        summary="同期の一覧",
        description="新しい順。一括取得の日ごとの同期は、parent にその ID を指定すると返す。",
        responses=answer(serializers.SyncRunListAnswer, serializers.RUNS_EXAMPLE),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """A page of runs."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        response = self.get_paginated_response({"runs": serializers.SyncRunAnswer(page, many=True).data})
        return _kept_unless(SyncRun.objects.active().exists(), response)

    @extend_schema(
        operation_id="get_sync_run",
        summary="同期 1 件",
        responses=answer(serializers.SyncRunDetailAnswer, serializers.RUN_DETAIL_EXAMPLE),
    )
    def retrieve(self, request: Request, run_id: UUID) -> Response:
        """The run with what there is to review."""
        return _answer(_run(run_id))

    @extend_schema(
        operation_id="start_sync",
        summary="同期の開始",
        description="一覧の取得を開始する。1 つのデータソースにつき同時に 1 つだけ実行できる。結果は sync/status で確認する。",
        request=serializers.StartSyncParameters,
        responses=answer(serializers.SyncStartedAnswer, serializers.STARTED_EXAMPLE, 409, status=201),
    )
    def start(self, request: Request) -> Response:
        """Start a run; a worker does the work."""
        values = self._read_body(request)
        with run_errors():
            source = _source_named(values["source"]) if "source" in values else find_default_source()
            run = start_listing_run(
                source, day=values.get("date"), is_forced=values["force_update"], requested_by=caller(request)
            )
        return Response(serializers.SyncStartedAnswer(run).data, status=201)

    @extend_schema(
        operation_id="get_sync_status",
        summary="同期の状況",
        responses=answer(serializers.SyncStatusAnswer, serializers.STATUS_EXAMPLE),
    )
    def status(self, request: Request) -> Response:
        """The run that is going on, else the latest one, and the last that went well."""
        runs: Any = self.get_queryset()
        runs = runs.of_lists().of_their_own()
        current = runs.active().first() or runs.first()
        successful = runs.filter(status=RunStatus.COMPLETED).order_by("-completed_at").first()
        told = serializers.SyncStatusAnswer({"current_sync": current, "last_successful_sync": successful}).data
        is_running = current is not None and current.status in ACTIVE_STATUSES
        return _kept_unless(is_running, Response(told))

    @extend_schema(
        operation_id="cancel_sync_run",
        summary="同期の中止",
        description="待機中ならすぐに、実行中なら次の区切りで中止する。確認待ちの同期は却下になる。",
        request=None,
        responses=answer(serializers.SyncRunDetailAnswer, serializers.RUN_DETAIL_EXAMPLE, 409),
    )
    @action(detail=True, methods=["post"], serializer_class=serializers.NoParameters)
    def cancel(self, request: Request, run_id: UUID) -> Response:
        """Ask for the end of a run."""
        self._read_body(request)
        run = _run(run_id)
        with run_errors():
            cancel_run(run, cancelled_by=caller(request))
        return _answer(_run(run_id))

    @extend_schema(
        operation_id="approve_sync_run",
        summary="確認待ちの同期の承認",
        description="確認した内容をそのまま取り込む。取得はやり直さない。理由（`reason`）と、review の event_counts にある件数が"
        "必要。件数は `delisted`（上場廃止があるとき）と、それより多い種別があれば最も多い種別（`renamed` など）。"
        "どちらも記録される。件数がその時点の変化と違えば 409 SYNC_FIGURES_DIFFER（details に種別ごとの今の件数）で、"
        "review は新しくなる。承認した後に変わった場合は、取り込まずに needs_review に戻る。",
        request=serializers.ApproveSyncParameters,
        responses=answer(serializers.SyncRunDetailAnswer, serializers.RUN_DETAIL_EXAMPLE, 409),
    )
    @action(detail=True, methods=["post"], serializer_class=serializers.ApproveSyncParameters)
    def approve(self, request: Request, run_id: UUID) -> Response:
        """Apply what was reviewed."""
        run = _run(run_id)
        with run_errors():
            if not can_be_approved(run):
                raise RunNotApprovable
            values = self._read_body(request)
            reason = values.pop("reason")
            approve_run(run, approved_by=caller(request), reason=reason, confirmed=values)
        return _answer(_run(run_id))

    def _read_body(self, request: Request) -> dict[str, Any]:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class QuoteViewSet(ApiViewSet):
    """The latest price of a company."""

    queryset = Company.objects.shown()
    lookup_url_kwarg, lookup_value_converter = "code", COMPANY_CODE
    tag = "companies"

    @extend_schema(
        operation_id="get_quote",
        summary="株価",
        description="Yahoo Finance による株価（約 20 分遅れ）。保存されている株価が古ければ、取得してから返す。取得できなければ、"
        "保存されているものを is_stale: true と理由を付けて返す。取得できても 5 営業日より前の株価なら、同様に PRICE_TOO_OLD とする。保存されているものがなければ、404 QUOTE_NOT_COVERED"
        "（Yahoo Finance にない銘柄）、409 QUOTES_DISABLED（データソースが無効）、503 QUOTE_UNAVAILABLE（details に理由）。",
        responses=answer(serializers.QuoteAnswer, serializers.QUOTE_EXAMPLE, 409),
    )
    @action(detail=True)
    def quote(self, request: Request, code: str) -> Response:
        """The quote of the company with a code in any notation."""
        company = self.get_queryset().filter(code=find_code(code)).first()
        if company is None:
            raise company_not_found(code)
        try:
            current = get_current_quote(company)
        except SourceError as error:
            raise quote_error(company.code, error) from error
        stale_reason = current.problem.code if current.problem else None
        row = {"code": company.code, **quote_row(current.quote, stale_reason=stale_reason)}
        return Response(row, headers={"Cache-Control": "no-store"})


def caller(request: Request) -> str:
    """Who asks, for the record."""
    if isinstance(request.auth, ApiKey):
        return f"API: {request.auth}"
    return f"API: {request.user.get_username()}"


def _source_named(name: str) -> DataSource:
    is_meant = Q(name=name) | Q(provider=name)
    source = find_source(is_meant)
    if source is None:
        is_without_lists = DataSource.objects.filter(is_meant).exists()
        raise source_without_lists(name) if is_without_lists else unknown_source(name)
    return source


def _kept_unless(is_running: bool, response: Response) -> Response:
    """A run's progress changes every moment: then the answer is kept for nobody."""
    if is_running:
        response.headers["Cache-Control"] = "no-store"
    return response


def _run(run_id: UUID) -> SyncRun:
    run: SyncRun | None = SyncRun.objects.select_related("source").filter(pk=run_id).first()
    if run is None:
        raise run_not_found(run_id)
    return run


def _answer(run: SyncRun) -> Response:
    return Response(serializers.SyncRunDetailAnswer(run).data)
