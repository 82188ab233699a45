"""What is said of an entry of the ledger beside it: that its provider could still revise it when it was fetched."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.ledger.models import ListingSnapshot


class ProvisionalList(models.Model):
    """That an entry was fetched before `revisable_until`, up to when its provider may give other rows for the day.

    The entry stays as it is. It is provisional until the same rows came once more afterwards (`confirmed_at`, by
    `confirmed_by_run`), or until other rows took its place, which the entry itself says. Lists from files have no row here.
    """

    entry = models.OneToOneField(
        ListingSnapshot,
        models.PROTECT,
        primary_key=True,
        related_name="provisional",
        verbose_name=_("スナップショット"),
    )
    revisable_until = models.DateTimeField(_("改訂の期限"))
    noted_at = models.DateTimeField(_("記録日時"), db_default=Now())
    confirmed_at = models.DateTimeField(_("確定日時"), null=True, blank=True)
    confirmed_by_run = models.UUIDField(_("確定した同期"), null=True, blank=True)

    class Meta:
        db_table = "provisional_lists"
        verbose_name = _("暫定の一覧")
        verbose_name_plural = _("暫定の一覧")
        constraints = [
            # Law: what was fetched before the revision confirms nothing.
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=models.F("revisable_until")),
                name="ck_provisional_lists_confirmed",
            )
        ]
        indexes = [
            # The few that wait; asked for every minute.
            models.Index(
                fields=["revisable_until"], condition=Q(confirmed_at=None), name="ix_provisional_lists_waiting"
            )
        ]

    def __str__(self) -> str:
        return str(self.entry_id)
