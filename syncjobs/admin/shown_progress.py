"""How far a run is, and what it waits for, in words."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from datasources.providers import provider_of
from datasources.waits import TURN, Wait, find_wait
from syncjobs.choices import RunPhase, RunStatus
from syncjobs.models import SyncRun
from syncjobs.progress_share import is_measurable

# A worker that is there takes a run within a second.
_TAKEN_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """Of one run: how far in words, and as hundredths (`None`: it cannot be told); what it waits for, if it does."""

    words: str
    percent: int | None
    waiting: str


def show_progress(run: SyncRun, moment: datetime | None = None) -> ShownProgress:
    """As it is at `moment` (now, by default)."""
    is_running = run.status == RunStatus.RUNNING
    percent = run.progress_percent if is_running and is_measurable(run.phase, run.total) else None
    return ShownProgress(_words(run), percent, _waiting(run, moment or timezone.now()))


def _words(run: SyncRun) -> str:
    """The phase with its figures."""
    phase = RunPhase(run.phase)
    if phase is RunPhase.FETCHING and run.total:
        figures = gettext("{done:,} / 約 {total:,} 件")
    elif phase in (RunPhase.FETCHING, RunPhase.APPLYING) and run.done:
        figures = gettext("{done:,} 件")
    elif phase is RunPhase.DAYS:
        figures = gettext("{done:,} / {total:,} 日")
    elif phase is RunPhase.QUOTES and run.total:
        figures = gettext("{done:,} / {total:,} 銘柄")
    else:
        return str(phase.label)
    return f"{phase.label} {figures.format(done=run.done, total=run.total)}"


def _waiting(run: SyncRun, moment: datetime) -> str:
    if run.status == RunStatus.QUEUED:
        if moment - run.enqueued_at < _TAKEN_WITHIN:
            return gettext("ワーカーが受け取るのを待っています。")
        return gettext(
            "ワーカーがまだ受け取っていません。ほかの同期が終わるのを待っているか、ワーカーが動いていません（稼働状況で確認できます）。"
        )
    if run.status != RunStatus.RUNNING or run.phase == RunPhase.APPLYING:
        return ""
    wait = find_wait(run.source)
    return _words_of(wait, run) if wait else ""


def _words_of(wait: Wait, run: SyncRun) -> str:
    seconds = math.ceil(wait.seconds)
    if wait.code != TURN:
        return gettext("{message} 約 {seconds} 秒後に、自動でもう一度試します。").format(
            message=gettext(wait.message), seconds=seconds
        )
    limit = provider_of(run.source).request_limit(run.source)
    if limit is None:
        return gettext("取得元への問い合わせを控えています。約 {seconds} 秒後に続けます。").format(seconds=seconds)
    return gettext(
        "毎分 {limit:,} 回の上限まで送ったため、次に送れるまで待っています。約 {seconds} 秒後に続けます。"
    ).format(limit=limit, seconds=seconds)
