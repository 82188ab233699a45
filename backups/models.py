"""What became of backups and of restores on trial."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class BackupKind(models.TextChoices):
    """What was done."""

    BACKUP = "backup", _("バックアップ")
    REHEARSAL = "rehearsal", _("復元の試行")


class BackupOutcome(ColouredChoices):
    """How one ended."""

    SUCCEEDED = "succeeded", Colour.SUCCESS, _("成功")
    FAILED = "failed", Colour.DANGER, _("失敗")


class BackupCondition(ColouredChoices):
    """How all of a kind stand."""

    GOOD = "good", Colour.SUCCESS, _("正常")
    NONE = "none", Colour.WARNING, _("まだありません")
    LATE = "late", Colour.DANGER, _("古い")
    FAILING = "failing", Colour.DANGER, _("失敗")


class BackupRecord(models.Model):
    """One backup taken by plan, or one restored on trial, that ended well or did not (`error`)."""

    kind = models.TextField(_("種別"), choices=BackupKind)
    started_at = models.DateTimeField(_("開始日時"))
    ended_at = models.DateTimeField(_("終了日時"))
    file_name = models.TextField(_("ファイル"))
    size_bytes = models.BigIntegerField(_("大きさ（バイト）"), null=True, blank=True)
    row_count = models.BigIntegerField(_("行数"), null=True, blank=True)
    error = models.TextField(_("エラー"), blank=True)

    class Meta:
        db_table = "backup_records"
        verbose_name = _("バックアップ")
        verbose_name_plural = _("バックアップ")
        ordering = ["-ended_at"]
        indexes = [
            # The last of a kind, for each scrape and the first page.
            models.Index(fields=["kind", "-ended_at"], name="ix_backup_records_last"),
        ]

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M} {self.get_kind_display()}"

    @property
    def outcome(self) -> BackupOutcome:
        return BackupOutcome.FAILED if self.error else BackupOutcome.SUCCEEDED
