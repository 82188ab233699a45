"""Records of how lists came in: runs that asked a source, and files that people uploaded; and which lists should come in."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from syncjobs.calendar.models import CalendarDay
from syncjobs.choices import ACTIVE_STATUSES, RunKind, RunPhase, RunStatus, UploadKind, UploadStatus, Verdict
from syncjobs.next_day.models import NextDayRefusal
from syncjobs.progress_share import percent_of
from syncjobs.querysets import SyncRunQuerySet
from wording.coloured_choices import Colour

# Django looks for an app's models here.
__all__ = [
    "CalendarDay",
    "ExpectedList",
    "IssuerListUpload",
    "ListUpload",
    "NextDayRefusal",
    "SyncRun",
    "UploadKind",
    "UploadStatus",
]

#: Of the reason for taking a doubtful list.
REASON_LENGTH = 500


class ListUpload(models.Model):
    """One list file that somebody uploaded in the admin: previewed first, then applied or discarded.

    `content` is dropped when it is discarded; the ledger keeps the rows of what was applied.
    """

    kind = models.TextField(_("種別"), choices=UploadKind, default=UploadKind.LISTING, db_default=UploadKind.LISTING)
    file_name = models.CharField(_("ファイル名"), max_length=255)
    content = models.BinaryField(_("内容"), null=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.PositiveIntegerField(_("サイズ（バイト）"))
    date_in_force = models.DateField(_("基準日"))
    row_count = models.PositiveIntegerField(_("件数"))
    status = models.TextField(_("状態"), choices=UploadStatus, default=UploadStatus.PREVIEWED)
    is_forced = models.BooleanField(_("強制取込"), default=False)
    #: Of one that was doubtful: why it was taken all the same, and how many changes of a kind its taker counted.
    force_reason = models.TextField(_("取り込んだ理由"), blank=True, default="", db_default="")
    confirmed_counts = models.JSONField(_("確認した件数"), null=True, blank=True)
    finished_by = models.CharField(
        _("取り込んだか、取り消した人"), max_length=200, blank=True, default="", db_default=""
    )
    result = models.JSONField(_("結果"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("アップロードした人")
    )
    uploaded_at = models.DateTimeField(_("アップロード日時"), db_default=Now())
    finished_at = models.DateTimeField(_("完了日時"), null=True, blank=True)

    class Meta:
        db_table = "list_uploads"
        verbose_name = _("一覧ファイルの取込")
        verbose_name_plural = _("一覧ファイルの取込")
        ordering = ["-uploaded_at", "-id"]
        permissions = [("import_list", _("一覧ファイルを取り込める"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="previewed", finished_at=None)
                | ~Q(status="previewed") & Q(finished_at__isnull=False),
                name="ck_list_uploads_finished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.date_in_force}）"


class IssuerListUpload(ListUpload):
    """One of a list of issuers: previewed, applied and discarded like the others, on pages of its own."""

    class Meta:
        proxy = True
        verbose_name = _("EDINET コード一覧の取込")
        verbose_name_plural = _("EDINET コード一覧の取込")


class SyncRun(models.Model):
    """One attempt to bring in a list, or with children of its own the lists of many days; or to refresh quotes.

    `requested_date` is the day asked for (`None`: the latest; for a range its first day), `date_in_force` the day that
    the rows turned out to be of. `started_at` is when it was asked for, `claimed_at` when a worker took it.
    `listing` holds the fetched rows while a person decides on them, so that exactly what was reviewed is applied.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    source = models.ForeignKey(
        "datasources.DataSource", models.PROTECT, related_name="runs", db_index=False, verbose_name=_("データソース")
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("一括取得")
    )
    retry_of = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="retried_by", verbose_name=_("再試行元")
    )
    kind = models.TextField(_("種別"), choices=RunKind, default=RunKind.LISTING)
    requested_date = models.DateField(_("指定日"), null=True, blank=True)
    range_end = models.DateField(_("期間の終わり"), null=True, blank=True)
    date_in_force = models.DateField(_("基準日"), null=True, blank=True)
    is_forced = models.BooleanField(_("強制取込"), default=False)
    status = models.TextField(_("状態"), choices=RunStatus, default=RunStatus.QUEUED)
    phase = models.TextField(_("段階"), choices=RunPhase, default=RunPhase.WAITING)
    #: When its rows were asked for; whether that was before the day's list could be revised no more (`companies.ledger.provisional`).
    fetched_at = models.DateTimeField(_("取得日時"), null=True, blank=True)
    is_provisional = models.BooleanField(_("改訂の前に取得"), default=False, db_default=False)
    done = models.PositiveIntegerField(_("処理済み"), default=0)
    total = models.PositiveIntegerField(_("全体"), default=0)
    total_companies = models.PositiveIntegerField(_("件数"), null=True, blank=True)
    new_companies = models.PositiveIntegerField(_("新規"), null=True, blank=True)
    updated_companies = models.PositiveIntegerField(_("変更"), null=True, blank=True)
    deactivated_companies = models.PositiveIntegerField(_("廃止"), null=True, blank=True)
    unchanged_companies = models.PositiveIntegerField(_("変更なし"), null=True, blank=True)
    uncovered_companies = models.PositiveIntegerField(_("対象外"), null=True, blank=True)
    #: What the changed ones differ in, by field: `{"filled": {…}, "changed": {…}}` (`companies.ledger.field_changes`).
    field_changes = models.JSONField(_("変更の内訳"), null=True, blank=True)
    #: What went otherwise than usual and stopped nothing, as `datasources.list_notes` keeps it.
    notes = models.JSONField(_("注記"), null=True, blank=True)
    error_code = models.TextField(_("エラーコード"), blank=True, default="")
    error_message = models.TextField(_("エラー内容"), blank=True, default="")
    review = models.JSONField(_("確認内容"), null=True, blank=True)
    listing = models.BinaryField(_("取得した一覧"), null=True)
    requested_by = models.CharField(_("実行者"), max_length=200)
    approved_by = models.CharField(_("承認者"), max_length=200, blank=True, default="")
    approved_at = models.DateTimeField(_("承認日時"), null=True, blank=True)
    approval_reason = models.TextField(_("承認の理由"), blank=True, default="", db_default="")
    #: By kind of event, how many changes the person who approved had counted; the run is applied only if that still holds.
    confirmed_counts = models.JSONField(_("確認した件数"), null=True, blank=True)
    cancelled_by = models.CharField(_("中止・却下した人"), max_length=200, blank=True, default="", db_default="")
    is_rejected = models.BooleanField(_("却下"), default=False, db_default=False)
    started_at = models.DateTimeField(_("開始日時"), db_default=Now())
    enqueued_at = models.DateTimeField(_("キュー投入日時"), db_default=Now())
    claimed_at = models.DateTimeField(_("処理開始日時"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("最終応答"), null=True, blank=True)
    cancel_requested_at = models.DateTimeField(_("中止の依頼"), null=True, blank=True)
    completed_at = models.DateTimeField(_("終了日時"), null=True, blank=True)

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        db_table = "sync_runs"
        verbose_name = _("同期")
        verbose_name_plural = _("同期")
        ordering = ["-started_at", "-id"]
        permissions = [("operate_sync", _("同期を実行・中止・承認できる"))]
        constraints = [
            # Law: one run per source at a time. Two simultaneous starts: one of them fails here.
            models.UniqueConstraint(
                fields=["source"], condition=Q(status__in=ACTIVE_STATUSES, parent=None), name="uq_sync_runs_active"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ACTIVE_STATUSES, completed_at=None)
                | ~Q(status__in=ACTIVE_STATUSES) & Q(completed_at__isnull=False),
                name="ck_sync_runs_completed",
            ),
            models.CheckConstraint(
                condition=Q(kind=RunKind.LISTING, range_end=None)
                | Q(kind__in=(RunKind.QUOTES, RunKind.ISSUERS), requested_date=None, range_end=None)
                # Each part is asked for by itself: a comparison with NULL would let a row pass.
                | Q(kind=RunKind.BACKFILL, requested_date__isnull=False, range_end__isnull=False)
                & Q(range_end__gte=models.F("requested_date")),
                name="ck_sync_runs_range",
            ),
        ]
        indexes = [
            # The newest runs of a source, and the last successful one.
            models.Index(fields=["source", "-started_at"], name="ix_sync_runs_source"),
            models.Index(fields=["-started_at"], name="ix_sync_runs_started"),
        ]

    def __str__(self) -> str:
        if self.kind in (RunKind.QUOTES, RunKind.ISSUERS):
            return str(self.get_kind_display())
        if self.range_end:
            what = gettext("{first} から {last}").format(first=self.requested_date, last=self.range_end)
        else:
            what = str(self.requested_date or gettext("最新"))
        return gettext("{kind}（{what}）").format(kind=self.get_kind_display(), what=what)

    @property
    def status_words(self) -> str:
        """The status as people say it: a list that somebody looked at and did not want was rejected, not broken off."""
        return str(Verdict.REJECTED.label) if self.is_rejected else str(RunStatus(self.status).label)

    @property
    def status_colour(self) -> Colour:
        return RunStatus(self.status).colour

    @property
    def progress_percent(self) -> int:
        """How far it is, 0 to 100; 100 only when it completed."""
        if self.status == RunStatus.COMPLETED:
            return 100
        return percent_of(self.phase, self.done, self.total)


class ExpectedList(models.Model):
    """One business day whose list is due from a source and not in the ledger. The row goes when the list is there.

    All times are of the clock by which runs are decided.
    """

    source = models.ForeignKey(
        "datasources.DataSource", models.CASCADE, related_name="expected_lists", verbose_name=_("データソース")
    )
    day = models.DateField(_("基準日"))
    due_at = models.DateTimeField(_("予定"))
    attempts = models.PositiveIntegerField(_("試行回数"), default=0, db_default=0)
    last_attempt_at = models.DateTimeField(_("前回の試行"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("次回の試行"))
    last_run = models.ForeignKey(
        SyncRun, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("前回の同期")
    )

    class Meta:
        db_table = "expected_lists"
        verbose_name = _("届いていない一覧")
        verbose_name_plural = _("届いていない一覧")
        ordering = ["-day"]
        constraints = [
            # Two deciders at once note a day once.
            models.UniqueConstraint(fields=["source", "day"], name="uq_expected_lists_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"
