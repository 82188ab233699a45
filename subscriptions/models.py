"""What a person follows: watch lists and saved views; and all other tables of telling others."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subscriptions.deliveries.models import Delivery, DeliveryAttempt, Message
from subscriptions.destinations.models import Destination
from subscriptions.outbox.models import OutboxEntry, OutboxPosition
from subscriptions.ownership import OwnedByPerson
from subscriptions.told.models import Subscription, ToldDifference

# Django looks for an app's models here.
__all__ = [
    "Delivery", "DeliveryAttempt", "Destination", "ListPage", "Message", "OutboxEntry", "OutboxPosition", "SavedView", "Subscription", "ToldDifference",
    "WatchList", "WatchedCompany",
]  # fmt: skip


class ListPage(models.TextChoices):
    """The lists of which views can be saved; the value is that of the list's address."""

    COMPANIES = "companies_company", _("銘柄一覧")
    EVENTS = "companies_listingevent", _("上場イベント")


class WatchList(OwnedByPerson):
    """Companies that a person watches. What happened to them up to `seen_revision` the person has seen."""

    seen_revision = models.PositiveBigIntegerField(_("確認済みの改訂"), editable=False)
    seen_at = models.DateTimeField(_("前回の確認"), db_default=Now(), editable=False)

    class Meta:
        db_table = "watch_lists"
        verbose_name = _("ウォッチリスト")
        verbose_name_plural = _("ウォッチリスト")
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="uq_watch_lists_name")]


class WatchedCompany(models.Model):
    """By its code: a company whose lists were all taken back is watched still, and found again when one comes."""

    watch_list = models.ForeignKey(WatchList, models.CASCADE, related_name="companies")
    code = models.TextField(_("コード"))
    added_at = models.DateTimeField(_("追加日時"), db_default=Now())

    class Meta:
        db_table = "watched_companies"
        verbose_name = _("ウォッチ中の銘柄")
        verbose_name_plural = _("ウォッチ中の銘柄")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["watch_list", "code"], name="uq_watched_companies_code")]

    def __str__(self) -> str:
        return self.code


class SavedView(OwnedByPerson):
    """A list as its address asks for it: filters, day, order and columns."""

    page = models.CharField(_("画面"), max_length=40, choices=ListPage, editable=False)
    query = models.TextField(_("条件"), blank=True, editable=False)
    is_shared = models.BooleanField(
        _("共有"), default=False, help_text=_("ほかの利用者の一覧にも表示されます。変更できるのは作成者だけです。")
    )
    pinned_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL, editable=False, related_name="+", db_table="pinned_views"
    )

    class Meta:
        db_table = "saved_views"
        verbose_name = _("保存した表示")
        verbose_name_plural = _("保存した表示")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="uq_saved_views_name")]
