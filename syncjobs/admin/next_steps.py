"""What a run that has ended leads to: what the button to do it again does, and when it is tried again by itself."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from syncjobs.admin.first_steps import describe_schedules
from syncjobs.choices import RunKind, RunStatus
from syncjobs.models import ExpectedList, SyncRun
from syncjobs.next_day.expectations import list_schedules


def next_steps(run: SyncRun) -> dict[str, Any]:
    """For the page of a run."""
    return {
        "repeat_label": gettext("続きから実行する") if _goes_on(run) else gettext("もう一度実行する"),
        "repeat_note": _what_repeating_does(run),
        "next_attempt_at": _next_attempt(run),
        "schedule_step": _schedule_after_first(run),
    }


def _schedule_after_first(run: SyncRun) -> tuple[str, str] | None:
    """After the first list that a source brought in: when the next comes by itself, and where that is changed."""
    if run.kind not in (RunKind.LISTING, RunKind.BACKFILL) or run.status != RunStatus.COMPLETED or run.parent_id:
        return None
    others = SyncRun.objects.of_lists().of_their_own().filter(status=RunStatus.COMPLETED).exclude(pk=run.pk)
    tasks = list_schedules(run.source, timezone.now())
    if not tasks or others.exists():
        return None
    url = reverse("admin:django_celery_beat_periodictask_change", args=[tasks[0].pk])
    return describe_schedules(run.source, tasks, timezone.now()), url


def _goes_on(run: SyncRun) -> bool:
    return run.kind == RunKind.BACKFILL and run.status != RunStatus.COMPLETED


def _what_repeating_does(run: SyncRun) -> str:
    match run.kind:
        case RunKind.BACKFILL if _goes_on(run):
            done = run.children.filter(status=RunStatus.COMPLETED).count()
            return gettext("取り込んだ {done:,} 日はそのまま残り、止まったところから続けます。").format(done=done)
        case RunKind.BACKFILL:
            return gettext("取り込み済みの日は飛ばし、まだない日だけを取得します。")
        case RunKind.QUOTES:
            return gettext("まだ新しい株価は飛ばし、残りの銘柄だけを取得します。")
        case RunKind.ISSUERS:
            return gettext("前回から変わっていなければ、何も書き込みません。")
    return gettext("一覧を初めから取得し直します。同じ内容なら、何も変わりません。")


def _next_attempt(run: SyncRun) -> Any:
    """Of a day that the schedule asks for again by itself."""
    if run.status != RunStatus.FAILED:
        return None
    return ExpectedList.objects.filter(last_run=run.pk).values_list("next_attempt_at", flat=True).first()
