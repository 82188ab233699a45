"""Files that people uploaded, kept as a record of what they did with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class UploadStatus(models.TextChoices):
    """Where an upload stands. `PREVIEWED` is the only one that can still change."""

    PREVIEWED = "previewed", "確認待ち"
    APPLIED = "applied", "取込済み"
    DISCARDED = "discarded", "取消"


class ListUpload(models.Model):
    """One list file that somebody uploaded in the admin: previewed first, then applied or discarded.

    `content` is dropped when it is discarded; the ledger keeps the rows of what was applied.
    """

    file_name = models.CharField("ファイル名", max_length=255)
    content = models.BinaryField("内容", null=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.PositiveIntegerField("サイズ（バイト）")
    date_in_force = models.DateField("基準日")
    row_count = models.PositiveIntegerField("件数")
    status = models.TextField("状態", choices=UploadStatus, default=UploadStatus.PREVIEWED)
    is_forced = models.BooleanField("強制取込", default=False)
    result = models.JSONField("結果", null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="アップロードした人"
    )
    uploaded_at = models.DateTimeField("アップロード日時", db_default=Now())
    finished_at = models.DateTimeField("完了日時", null=True, blank=True)

    class Meta:
        db_table = "list_uploads"
        verbose_name = "一覧ファイルの取込"
        verbose_name_plural = "一覧ファイルの取込"
        ordering = ["-uploaded_at", "-id"]
        permissions = [("import_list", "一覧ファイルを取り込める")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="previewed", finished_at=None)
                | ~Q(status="previewed") & Q(finished_at__isnull=False),
                name="ck_list_uploads_finished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.date_in_force}）"
