"""The entries of the ledger, and what takes one back."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.choices import EntryStatus, SnapshotSource
from companies.querysets import ListingSnapshotQuerySet


class ListingSnapshot(models.Model):
    """One entry of the ledger: the list a source gave for one day. Immutable but for `is_superseded`, which says that
    it does not hold: another of its day does, or it was withdrawn.

    `rows` is the canonical form of the list (`companies.ledger.snapshot_rows`), `sha256` its fingerprint before compression.
    """

    date_in_force = models.DateField(_("基準日"))
    source = models.TextField(_("データソース"), choices=SnapshotSource)
    row_count = models.PositiveIntegerField(_("件数"))
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.BinaryField(_("内容（圧縮）"))
    run_id = models.UUIDField(_("同期実行"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("記録日時"), db_default=Now())
    is_superseded = models.BooleanField(_("置き換え済み"), default=False)

    objects = ListingSnapshotQuerySet.as_manager()

    class Meta:
        db_table = "listing_snapshots"
        verbose_name = _("スナップショット")
        verbose_name_plural = _("スナップショット")
        ordering = ["-date_in_force", "-id"]
        permissions = [("withdraw_listingsnapshot", _("取り込んだ一覧を取り消せる"))]
        constraints = [
            # Law: one entry holds per date. Also finds the entry in force on a day, and its neighbours.
            models.UniqueConstraint(
                fields=["date_in_force"], condition=Q(is_superseded=False), name="uq_listing_snapshots_holding"
            ),
        ]
        indexes = [models.Index(fields=["date_in_force", "source"], name="ix_listing_snapshots_date")]

    def __str__(self) -> str:
        return f"{self.date_in_force} {self.get_source_display()}"

    @property
    def status(self) -> EntryStatus:
        """What the entry counts for. Reads the withdrawal: `select_related` it for many."""
        if not self.is_superseded:
            return EntryStatus.HOLDING
        return EntryStatus.WITHDRAWN if hasattr(self, "withdrawal") else EntryStatus.SUPERSEDED


class SnapshotWithdrawal(models.Model):
    """That an entry was taken back: by whom, when and why. Kept for good; the entry counts for nothing from then on."""

    entry = models.OneToOneField(
        ListingSnapshot, models.PROTECT, primary_key=True, related_name="withdrawal", verbose_name=_("スナップショット")
    )
    reason = models.TextField(_("理由"))
    # A name, not a reference: the fact outlives the account.
    withdrawn_by = models.TextField(_("取り消した人"))
    withdrawn_at = models.DateTimeField(_("取消日時"))

    class Meta:
        db_table = "snapshot_withdrawals"
        verbose_name = _("スナップショットの取消")
        verbose_name_plural = _("スナップショットの取消")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(withdrawn_by=""), name="ck_snapshot_withdrawals_explained"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.withdrawn_by}"
