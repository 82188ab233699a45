"""What goes out, and each attempt at it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subscriptions.choices import DeliveryStatus


class Message(models.Model):
    """What is told, once for all who are told the same: `content` is made when it happened and is never made anew, so that a repeat
    says what the first attempt said.

    `content`: `{"type", "notices": […], …}` (`subscriptions.told.notices`), without words; those are put when it is sent, in the
    destination's language. `from_number`–`to_number`, `revision`: what of the outbox it is of.
    """

    type = models.TextField(_("種類"))
    content = models.JSONField(_("内容"))
    sha256 = models.CharField("SHA-256", max_length=64)
    from_number = models.BigIntegerField(_("最初の番号"), null=True)
    to_number = models.BigIntegerField(_("最後の番号"), null=True)
    revision = models.BigIntegerField(_("改訂"), null=True)
    notice_count = models.PositiveIntegerField(_("件数"))
    created_at = models.DateTimeField(_("作成日時"), db_default=Now())

    class Meta:
        db_table = "outbox_messages"
        verbose_name = _("メッセージ")
        verbose_name_plural = _("メッセージ")
        ordering = ["id"]
        # What is told to many is stored once.
        constraints = [
            models.UniqueConstraint(fields=["to_number", "from_number", "sha256"], name="uq_outbox_messages_content")
        ]
        indexes = [models.Index(fields=["created_at"], name="ix_outbox_messages_created")]

    def __str__(self) -> str:
        return f"{self.type} {self.revision or ''}"


class Delivery(models.Model):
    """That a message has to go to a destination; in the order of the ids.

    `webhook_id` names the message to the receiver: each attempt carries the same, and so does a delivery that sends it again by hand.
    """

    webhook_id = models.CharField(_("メッセージ ID"), max_length=40, db_index=True)
    destination = models.ForeignKey(
        "subscriptions.Destination", models.CASCADE, related_name="deliveries", db_index=False, verbose_name=_("通知先")
    )
    subscription = models.ForeignKey(
        "subscriptions.Subscription", models.SET_NULL, null=True, related_name="+", verbose_name=_("購読")
    )
    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries", verbose_name=_("メッセージ"))
    status = models.TextField(_("状態"), choices=DeliveryStatus, default=DeliveryStatus.WAITING)
    attempts = models.PositiveIntegerField(_("試行回数"), default=0)
    is_repeat = models.BooleanField(_("再送"), default=False)
    created_at = models.DateTimeField(_("作成日時"), db_default=Now())
    ended_at = models.DateTimeField(_("終了日時"), null=True)

    class Meta:
        db_table = "deliveries"
        verbose_name = _("配信")
        verbose_name_plural = _("配信")
        ordering = ["-id"]
        constraints = [
            # Law: what ended has a time, what waits has none.
            models.CheckConstraint(
                condition=Q(status="waiting", ended_at=None) | ~Q(status="waiting") & Q(ended_at__isnull=False),
                name="ck_deliveries_ended",
            )
        ]
        indexes = [
            # The next one of a destination.
            models.Index(fields=["destination", "id"], condition=Q(status="waiting"), name="ix_deliveries_waiting"),
            # The last ones of a destination, for its page and the API.
            models.Index(F("destination"), F("id").desc(), name="ix_deliveries_destination"),
            models.Index(fields=["created_at"], name="ix_deliveries_created"),
        ]

    def __str__(self) -> str:
        return self.webhook_id


class DeliveryAttempt(models.Model):
    """One attempt: what the receiver said, the beginning of it; or what went wrong before it said anything (`error_code`)."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempted", verbose_name=_("配信"))
    at = models.DateTimeField(_("日時"), db_default=Now())
    duration_ms = models.PositiveIntegerField(_("所要時間（ミリ秒）"))
    status_code = models.PositiveIntegerField(_("ステータス"), null=True)
    error_code = models.TextField(_("エラー"), blank=True, default="")
    answer_start = models.TextField(_("応答の先頭"), blank=True, default="")

    class Meta:
        db_table = "delivery_attempts"
        verbose_name = _("送信の試行")
        verbose_name_plural = _("送信の試行")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status_code or self.error_code}"
