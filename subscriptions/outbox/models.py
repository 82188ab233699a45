"""What happened, in the order in which it is told."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxEntry(models.Model):
    """One thing that happened. Triggers write it in the transaction that makes it happen (a revision, a run that ended badly); checks
    write what only time makes true, once for each `occurrence`.

    `number` is its place in the order of telling. It is given afterwards, by one at a time, to what is committed: ids are taken before
    the commit, so that a lower one may be seen after a higher one.
    """

    number = models.BigIntegerField(_("番号"), null=True, unique=True)
    kind = models.TextField(_("種別"))
    revision = models.BigIntegerField(_("改訂"), null=True)
    subject = models.JSONField(_("対象"), default=dict, db_default={})
    # Whom alone it concerns; anybody where there is none.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("知らせる人")
    )
    occurrence = models.TextField(_("回"), blank=True, default="", db_default="")
    occurred_at = models.DateTimeField(_("日時"), db_default=Now())
    # Of what is told without a subscription, as that a destination is paused: when that was planned.
    told_at = models.DateTimeField(_("知らせた日時"), null=True)

    class Meta:
        db_table = "outbox_entries"
        verbose_name = _("知らせること")
        verbose_name_plural = _("知らせること")
        ordering = ["id"]
        constraints = [
            # Law: what is looked for again and again is told once.
            models.UniqueConstraint(
                fields=["occurrence"], condition=~models.Q(occurrence=""), name="uq_outbox_entries_occurrence"
            )
        ]
        indexes = [
            # What is not numbered yet, looked for every few seconds.
            models.Index(fields=["id"], condition=models.Q(number=None), name="ix_outbox_entries_new")
        ]

    def __str__(self) -> str:
        return f"{self.number or '-'} {self.kind}"


class OutboxPosition(models.Model):
    """The last number that was given, in one row: what it was given to may be gone with its person, and is never another's."""

    newest = models.BigIntegerField(_("最後の番号"))

    class Meta:
        db_table = "outbox_positions"
        verbose_name = _("知らせた位置")
        verbose_name_plural = _("知らせた位置")
        constraints = [
            # Law: there is one.
            models.CheckConstraint(condition=models.Q(pk=1), name="ck_outbox_positions_one")
        ]

    def __str__(self) -> str:
        return str(self.newest)
