"""The closed lists of runs: kinds, phases, statuses with their groups, and the moves between them; and those of uploads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class RunKind(models.TextChoices):
    """What a run does."""

    LISTING = "listing", _("一覧の同期")
    BACKFILL = "backfill", _("期間の一括取得")
    QUOTES = "quotes", _("株価の更新")
    ISSUERS = "issuers", _("発行体の一覧の取得")


class RunPhase(models.TextChoices):
    """What a run is doing; for people who watch it."""

    WAITING = "waiting", _("開始待ち")
    FETCHING = "fetching", _("取得中")
    APPLYING = "applying", _("反映中")
    DAYS = "days", _("日ごとの取込中")
    QUOTES = "quotes", _("株価の取得中")
    ENDED = "ended", _("終了")


class RunStatus(ColouredChoices):
    """Where a run stands."""

    QUEUED = "queued", Colour.INFO, _("待機中")
    RUNNING = "running", Colour.PRIMARY, _("実行中")
    COMPLETED = "completed", Colour.SUCCESS, _("完了")
    FAILED = "failed", Colour.DANGER, _("失敗")
    CANCELLED = "cancelled", Colour.DEFAULT, _("中止")
    NEEDS_REVIEW = "needs_review", Colour.WARNING, _("要確認")


class Verdict(models.TextChoices):
    """What a person decided on a run."""

    APPROVED = "approved", _("承認")
    REJECTED = "rejected", _("却下")
    CANCELLED = "cancelled", _("中止")


class UploadStatus(models.TextChoices):
    """Where an upload stands. `PREVIEWED` is the only one that can still change."""

    PREVIEWED = "previewed", _("確認待ち")
    APPLIED = "applied", _("取込済み")
    DISCARDED = "discarded", _("取消")


class UploadKind(models.TextChoices):
    """What kind of list it is."""

    LISTING = "listing", _("上場銘柄一覧")
    ISSUERS = "issuers", _("EDINET コード一覧")


class ScheduleState(ColouredChoices):
    """Whether a schedule comes round."""

    ON = "on", Colour.SUCCESS, _("有効")
    OFF = "off", Colour.WARNING, _("停止中")


#: Runs that occupy their source.
ACTIVE_STATUSES = (RunStatus.QUEUED, RunStatus.RUNNING)
#: Runs that will not change any more.
FINISHED_STATUSES = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)

#: From where a status may be reached. Every change is a conditional update that asks this table.
ALLOWED_BEFORE: dict[str, tuple[str, ...]] = {
    # Approved: what was reviewed is applied by a worker.
    RunStatus.QUEUED: (RunStatus.NEEDS_REVIEW,),
    RunStatus.RUNNING: (RunStatus.QUEUED,),
    RunStatus.COMPLETED: (RunStatus.RUNNING,),
    # Queued too: a run that no worker ever took.
    RunStatus.FAILED: (RunStatus.QUEUED, RunStatus.RUNNING),
    # Cancelled before a worker took it, by a worker on request, or rejected at review.
    RunStatus.CANCELLED: (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.NEEDS_REVIEW),
    RunStatus.NEEDS_REVIEW: (RunStatus.RUNNING,),
}
