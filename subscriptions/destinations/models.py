"""Where something is told to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from subscriptions.choices import Channel, DestinationStatus, PauseReason
from subscriptions.ownership import OwnedThroughKey


class Destination(OwnedThroughKey):
    """One place. What is told there goes in order, one delivery at a time: the next is sent once the one before arrived.

    `encrypted_address` is a webhook's URL, a mail address or a chat's URL (which is a secret itself), `shown_address` as much of it as
    may be seen. `encrypted_secrets` holds a webhook's secrets (`subscriptions.destinations.secrets`). A feed has neither, but the
    hash of the token that its address ends with.
    """

    channel = models.TextField(_("方法"), choices=Channel)
    language = models.CharField(_("言語"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    encrypted_address = models.TextField(_("宛先（暗号化）"), blank=True, default="", editable=False)
    shown_address = models.TextField(_("宛先"), blank=True, default="", editable=False)
    encrypted_secrets = models.TextField(_("署名の鍵（暗号化）"), blank=True, default="", editable=False)
    feed_token_hash = models.CharField(_("フィードのトークン"), max_length=64, blank=True, default="", editable=False)
    # A mail address is somebody's: it gets nothing before the code that was sent there was entered.
    confirmation = models.JSONField(_("宛先の確認"), null=True, editable=False)
    status = models.TextField(_("状態"), choices=DestinationStatus, default=DestinationStatus.ACTIVE, editable=False)
    status_reason = models.TextField(_("理由"), choices=PauseReason, blank=True, default="", editable=False)
    status_changed_at = models.DateTimeField(_("状態が変わった日時"), db_default=Now(), editable=False)
    # Of the delivery that is next: since when it fails, how often it did, and when it is tried again.
    failing_since = models.DateTimeField(_("送れなくなった日時"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("続けて失敗した回数"), default=0, editable=False)
    next_attempt_at = models.DateTimeField(_("次に送る日時"), db_default=Now(), editable=False)
    # Who sends there now, and until when that is believed: whoever was killed is forgotten then.
    claim = models.UUIDField(_("送信中の処理"), null=True, editable=False)
    claimed_until = models.DateTimeField(_("送信中とみなす期限"), null=True, editable=False)
    last_delivered_at = models.DateTimeField(_("最後に送れた日時"), null=True, editable=False)

    class Meta:
        db_table = "destinations"
        verbose_name = _("通知先")
        verbose_name_plural = _("通知先")
        ordering = ["name", "id"]
        permissions = [("oversee_destination", _("すべての通知先の状態を見て、停止できる"))]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="uq_destinations_name"),
            # A feed is found by its token.
            models.UniqueConstraint(
                fields=["feed_token_hash"], condition=~Q(feed_token_hash=""), name="uq_destinations_feed_token"
            ),
            # Law: who sends has an end, after which another may.
            models.CheckConstraint(
                condition=Q(claim=None, claimed_until=None) | Q(claim__isnull=False, claimed_until__isnull=False),
                name="ck_destinations_claim_ends",
            ),
        ]
