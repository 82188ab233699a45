"""What is told to whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subscriptions.choices import InactiveReason, Timing
from subscriptions.ownership import OwnedThroughKey


class Subscription(OwnedThroughKey):
    """Of what happens, what is told at a destination: `kinds`, and of those about listings only what concerns the watch list, the
    issues of the saved view and the markets (those in which the issue is or was), where these are given.

    `told_number` is the outbox's number up to which it was told, `told_revision` the ledger's; `view_members` the codes of the saved
    view as of then. With `DAILY` what came up is told together at `digest_time` (in Japan), next at `digest_due_at`.
    """

    destination = models.ForeignKey(
        "subscriptions.Destination", models.CASCADE, related_name="subscriptions", verbose_name=_("通知先")
    )
    kinds = ArrayField(models.TextField(), verbose_name=_("知らせること"))
    watch_list = models.ForeignKey(
        "subscriptions.WatchList", models.CASCADE, null=True, blank=True, related_name="subscriptions",
        verbose_name=_("ウォッチリスト"),
    )  # fmt: skip
    saved_view = models.ForeignKey(
        "subscriptions.SavedView", models.CASCADE, null=True, blank=True, related_name="subscriptions",
        verbose_name=_("保存した表示"),
    )  # fmt: skip
    market_codes = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("市場区分"))
    includes_history = models.BooleanField(
        _("過去の補完も知らせる"), default=False,
        help_text=_("過去の一覧を取り込んで分かった昔の出来事も知らせます。何年分も取り込むと大量になります。複製を保つシステムには必要です。"),
    )  # fmt: skip
    timing = models.TextField(_("いつ"), choices=Timing, default=Timing.AT_ONCE)
    digest_time = models.TimeField(_("まとめて知らせる時刻（日本時間）"), null=True, blank=True)
    digest_due_at = models.DateTimeField(_("次にまとめて知らせる日時"), null=True, editable=False)
    is_active = models.BooleanField(_("有効"), default=True)
    inactive_reason = models.TextField(
        _("止まった理由"), choices=InactiveReason, blank=True, default="", db_default="", editable=False
    )
    told_number = models.BigIntegerField(_("知らせた番号"), editable=False)
    told_revision = models.BigIntegerField(_("知らせた改訂"), editable=False)
    view_members = ArrayField(models.TextField(), null=True, editable=False, verbose_name=_("表示にある銘柄"))

    class Meta:
        db_table = "subscriptions"
        verbose_name = _("購読")
        verbose_name_plural = _("購読")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="uq_subscriptions_name"),
            models.CheckConstraint(condition=~Q(kinds=[]), name="ck_subscriptions_of_something"),
            models.CheckConstraint(
                condition=Q(timing="at_once") | Q(digest_time__isnull=False), name="ck_subscriptions_digest_time"
            ),
        ]
        indexes = [
            # Those that are behind, looked for every few seconds.
            models.Index(fields=["told_number"], condition=Q(is_active=True), name="ix_subscriptions_behind")
        ]


class ToldDifference(models.Model):
    """A difference between official days and lists (`companies.issuers.official_dates`) that was told: each is told once."""

    key = models.TextField(primary_key=True)
    told_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "told_differences"
        verbose_name = _("知らせた相違")
        verbose_name_plural = _("知らせた相違")

    def __str__(self) -> str:
        return self.key
