"""Starting, watching, cancelling and approving runs. Parse, ask, answer."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.endpoints.data_views import DataView, describe_data, page_answer
from api.endpoints.parameters import Parameters
from api.endpoints.schema import describe
from api.models import ApiKey
from datasources.models import DataSource
from syncjobs.api import answers
from syncjobs.api.errors import run_errors, run_not_found
from syncjobs.api.parameters import ApproveSyncParameters, RunListParameters, StartSyncParameters
from syncjobs.api.permissions import HasSyncScope
from syncjobs.approval import approve_run, can_be_approved
from syncjobs.apps import SYNC
from syncjobs.choices import ACTIVE_STATUSES
from syncjobs.errors import RunNotApprovable
from syncjobs.models import SyncRun
from syncjobs.runs import cancel_run, start_listing_run
from syncjobs.sources import find_default_source, find_source

_TAG = "sync"


class StartSyncView(APIView):
    """A start."""

    permission_classes = [HasSyncScope]

    @describe(
        operation_id="start_sync",
        example=answers.STARTED_EXAMPLE,
        summary="同期の開始",
        description="一覧の取得を開始する。1 つのデータソースにつき同時に 1 つだけ実行できる。結果は sync/status で確認する。",
        body=StartSyncParameters,
        answer=answers.SyncStartedAnswer,
        success=201,
        may_conflict=True,
        tag=_TAG,
    )
    def post(self, request: Request) -> Response:
        """Start a run; a worker does the work."""
        Parameters.read(request.query_params)
        values = StartSyncParameters.read_body(request.data)
        with run_errors():
            source = _source_named(values["source"]) if "source" in values else find_default_source()
            run = start_listing_run(
                source, day=values.get("date"), is_forced=values["force_update"], requested_by=caller(request)
            )
        return Response({"sync_id": run.pk, "status": run.status, "started_at": run.started_at}, status=201)


class SyncStatusView(APIView):
    """How it stands."""

    permission_classes = [HasSyncScope]

    @describe(
        operation_id="get_sync_status",
        example=answers.STATUS_EXAMPLE,
        summary="同期の状況",
        answer=answers.SyncStatusAnswer,
        tag=_TAG,
    )
    def get(self, request: Request) -> Response:
        """The current run and the last good one."""
        Parameters.read(request.query_params)
        row = answers.status_row()
        current = row["current_sync"]
        return Response(row, headers=_kept_unless(current is not None and current["status"] in ACTIVE_STATUSES))


@describe_data(
    operation_id="list_sync_runs",
    example=answers.RUNS_EXAMPLE,
    summary="同期の一覧",
    description="新しい順。一括取得の日ごとの同期は、parent にその ID を指定すると返す。",
    answer=answers.SyncRunListAnswer,
    tag=_TAG,
)
class SyncRunListView(DataView):
    """History of runs. Their state changes when one comes or goes on to another status, not with its progress."""

    permission_classes = [HasSyncScope]
    family = SYNC
    parameters = RunListParameters

    def answer(self, request: Request, values: dict[str, Any], state: str) -> Response:
        """A page of runs."""
        runs = SyncRun.objects.without_listing().select_related("source").filter(parent=values.get("parent"))
        if "status" in values:
            runs = runs.filter(status__in=values["status"])
        page = [answers.run_row(run) for run in runs[values["offset"] : values["offset"] + values["limit"]]]
        headers = _kept_unless(SyncRun.objects.active().exists())
        return page_answer(request, values, state, runs=page, total=runs.count(), headers=headers)


class SyncRunView(APIView):
    """One run."""

    permission_classes = [HasSyncScope]

    @describe(
        operation_id="get_sync_run",
        example=answers.RUN_DETAIL_EXAMPLE,
        summary="同期 1 件",
        answer=answers.SyncRunDetailAnswer,
        may_miss=True,
        tag=_TAG,
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        """The run with what there is to review."""
        Parameters.read(request.query_params)
        return _answer(_run(run_id))


class CancelSyncRunView(APIView):
    """Cancelling."""

    permission_classes = [HasSyncScope]

    @describe(
        operation_id="cancel_sync_run",
        example=answers.RUN_DETAIL_EXAMPLE,
        summary="同期の中止",
        description="待機中ならすぐに、実行中なら次の区切りで中止する。確認待ちの同期は却下になる。",
        answer=answers.SyncRunDetailAnswer,
        may_miss=True,
        may_conflict=True,
        tag=_TAG,
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        """Ask for the end of a run."""
        _read_nothing(request)
        run = _run(run_id)
        with run_errors():
            cancel_run(run, cancelled_by=caller(request))
        return _answer(_run(run_id))


class ApproveSyncRunView(APIView):
    """Approving."""

    permission_classes = [HasSyncScope]

    @describe(
        operation_id="approve_sync_run",
        example=answers.RUN_DETAIL_EXAMPLE,
        summary="確認待ちの同期の承認",
        description="確認した内容をそのまま取り込む。取得はやり直さない。理由（`reason`）と、review の event_counts にある件数が"
        "必要。件数は `delisted`（上場廃止があるとき）と、それより多い種別があれば最も多い種別（`renamed` など）。"
        "どちらも記録される。件数がその時点の変化と違えば 409 SYNC_FIGURES_DIFFER（details に種別ごとの今の件数）で、"
        "review は新しくなる。承認した後に変わった場合は、取り込まずに needs_review に戻る。",
        body=ApproveSyncParameters,
        answer=answers.SyncRunDetailAnswer,
        may_miss=True,
        may_conflict=True,
        tag=_TAG,
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        """Apply what was reviewed."""
        Parameters.read(request.query_params)
        run = _run(run_id)
        with run_errors():
            if not can_be_approved(run):
                raise RunNotApprovable
            values = ApproveSyncParameters.read_body(request.data)
            reason = values.pop("reason")
            approve_run(run, approved_by=caller(request), reason=reason, confirmed=values)
        return _answer(_run(run_id))


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
        raise answers.source_without_lists(name) if is_without_lists else answers.unknown_source(name)
    return source


def _kept_unless(is_running: bool) -> dict[str, str]:
    """A run's progress changes every moment: then the answer is kept for nobody."""
    return {"Cache-Control": "no-store"} if is_running else {}


def _run(run_id: UUID) -> SyncRun:
    run: SyncRun | None = SyncRun.objects.select_related("source").filter(pk=run_id).first()
    if run is None:
        raise run_not_found(run_id)
    return run


def _answer(run: SyncRun) -> Response:
    return Response({**answers.run_row(run), "review": run.review})


def _read_nothing(request: Request) -> None:
    Parameters.read(request.query_params)
    Parameters.read_body(request.data)
