"""The tables of what came after what."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.recorded import Recorded
from wording.coloured_choices import Colour, ColouredChoices


class SuccessionKind(models.TextChoices):
    """How one issue came after another."""

    SHARE_TRANSFER = "share_transfer", _("株式移転・持株会社化")
    MERGER = "merger", _("合併・経営統合")
    NEW_LEGAL_PERSON = "new_legal_person", _("同じコードの新しい法人")
    OTHER_CODE = "other_code", _("同じ発行体の別のコード")


class SuccessionStatus(ColouredChoices):
    """What a person said about a proposal."""

    PROPOSED = "proposed", Colour.WARNING, _("提案")
    CONFIRMED = "confirmed", Colour.SUCCESS, _("確認済み")
    REJECTED = "rejected", Colour.DEFAULT, _("却下")


class Succession(models.Model):
    """That the issue `successor` came after the issue `predecessor` (codes), proposed by rule; a fact once it is confirmed.

    `day` is the date of the first list without the predecessor or with the successor, whichever is later. `evidence` says
    by which rule and from what; `confidence` is from 0 to 1.
    """

    predecessor = models.TextField(_("前の銘柄"))
    successor = models.TextField(_("後の銘柄"))
    day = models.DateField(_("日付"))
    kind = models.TextField(_("種別"), choices=SuccessionKind)
    evidence = models.JSONField(_("根拠"))
    confidence = models.FloatField(_("確からしさ"))
    status = models.TextField(_("状態"), choices=SuccessionStatus, default=SuccessionStatus.PROPOSED)
    # A name, not a reference: the fact outlives the account. Empty where a rule is certain by itself.
    decided_by = models.TextField(_("判断した人"), blank=True, default="")
    decided_at = models.DateTimeField(_("判断日時"), null=True, blank=True)

    class Meta:
        db_table = "successions"
        verbose_name = _("承継")
        verbose_name_plural = _("承継")
        ordering = ["-day", "successor", "predecessor"]
        permissions = [("decide_succession", _("承継の提案を確認・却下できる"))]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="uq_successions_pair"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="ck_successions_confidence_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, status="proposed") | Q(decided_at__isnull=False) & ~Q(status="proposed"),
                name="ck_successions_decided_at_a_moment",
            ),
        ]
        indexes = [models.Index(F("successor"), name="ix_successions_successor")]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class ConfirmedSuccession(Recorded):
    """That a succession counted as a fact, from the revision of its confirmation up to that of its withdrawal, if any."""

    succession = models.ForeignKey(Succession, models.PROTECT, related_name="confirmations", verbose_name=_("承継"))
    # As they were then: the lists may tell another day or kind later.
    day = models.DateField(_("日付"))
    kind = models.TextField(_("種別"), choices=SuccessionKind)

    class Meta(Recorded.Meta):
        db_table = "confirmed_successions"
        verbose_name = _("確認された承継")
        verbose_name_plural = _("確認された承継")
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(
                fields=["succession"], condition=Q(withdrawn_in=None), name="uq_confirmed_successions_now"
            ),
        ]

    def __str__(self) -> str:
        return str(self.succession_id)
