"""The entries of the ledger, and what takes one back."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.choices import EntryStatus, ProofOrigin, RevisionKind, SnapshotSource
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


class LedgerRevision(models.Model):
    """One committed change of the ledger. Numbers have no gap and go up in the order of the commits: they are given under
    the ledger's lock.
    """

    number = models.BigIntegerField(_("改訂"), primary_key=True)
    kind = models.TextField(_("種別"), choices=RevisionKind)
    # What changed the ledger; none where the history was derived anew. Without a constraint: what was known stays known, and
    # `verify_history` tells of it, if somebody takes an entry away.
    entry = models.ForeignKey(
        ListingSnapshot, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="revisions",
        verbose_name=_("スナップショット"),
    )  # fmt: skip
    issuer_list = models.ForeignKey(
        "companies.IssuerList", models.DO_NOTHING, null=True, blank=True, db_constraint=False, db_index=False,
        related_name="revisions", verbose_name=_("EDINET コード一覧"),
    )  # fmt: skip
    recorded_at = models.DateTimeField(_("記録日時"))
    # The day in Japan as of which companies were from this revision on. None where the release before wrote it: then as of the newest list.
    day = models.DateField(_("時点"), null=True)
    # Of this revision and all before it: after a backup was restored, other revisions come under the same numbers.
    fingerprint = models.CharField(_("指紋"), max_length=16)
    # SHA-256 of `link`: what this revision is, what came with it, and the hash before it (`companies.ledger.chain`). None where the
    # release before wrote it, until the next change.
    chain = models.CharField(_("連鎖のハッシュ値"), max_length=64, null=True, blank=True)  # noqa: DJ001
    link = models.TextField(_("ハッシュ値の対象"), null=True, blank=True)  # noqa: DJ001

    class Meta:
        db_table = "ledger_revisions"
        verbose_name = _("改訂")
        verbose_name_plural = _("改訂")
        ordering = ["-number"]
        constraints = [
            # Law: an instant is before or after a revision, and never between two of one moment.
            models.UniqueConstraint(fields=["recorded_at"], name="uq_ledger_revisions_moment"),
            models.CheckConstraint(condition=Q(number__gte=1), name="ck_ledger_revisions_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"


class EntryHolding(models.Model):
    """That an entry was the one that holds for its day, from a revision on, up to another one (none: it still is)."""

    entry = models.ForeignKey(
        ListingSnapshot,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="holdings",
        verbose_name=_("スナップショット"),
    )
    date_in_force = models.DateField(_("基準日"))
    held_from = models.BigIntegerField(_("有効になった改訂"))
    held_until = models.BigIntegerField(_("有効でなくなった改訂"), null=True)

    class Meta:
        db_table = "entry_holdings"
        verbose_name = _("有効だった期間")
        verbose_name_plural = _("有効だった期間")
        constraints = [
            # Law: as known at any revision, too, one entry holds per date.
            models.UniqueConstraint(
                fields=["date_in_force"], condition=Q(held_until=None), name="uq_entry_holdings_now"
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(held_from__lt=F("held_until")), name="ck_entry_holdings_for_a_while"
            ),
        ]
        indexes = [models.Index(fields=["date_in_force", "held_from"], name="ix_entry_holdings_date")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.held_from}–{self.held_until or ''}"


class HistoryCheckpoint(models.Model):
    """That the history up to a revision was proven: fingerprints of what it was proven on, and of the rules that derived it
    (`companies.ledger.checkpoints`). No part of the ledger: without one, a proof begins at the first list.
    """

    revision = models.BigIntegerField(_("改訂"))
    revision_fingerprint = models.CharField(_("改訂の指紋"), max_length=16)
    rows_fingerprint = models.CharField(_("内容の指紋"), max_length=64)
    rules = models.CharField(_("導出規則の指紋"), max_length=64)
    # The revision of the checkpoint that the proof went on from; 0 where it began at the beginning.
    rests_on = models.BigIntegerField(_("起点の改訂"))
    proven_at = models.DateTimeField(_("検証日時"), db_default=Now())

    class Meta:
        db_table = "history_checkpoints"
        verbose_name = _("検証済みの地点")
        verbose_name_plural = _("検証済みの地点")
        ordering = ["-revision", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rests_on__gte=0) & Q(rests_on__lte=F("revision")), name="ck_history_checkpoints_go_on"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.proven_at}"


class HistoryProof(models.Model):
    """A proof that ended: how far it went (`until_revision`; 0 without any list), on from which revision (0: from the first list), and
    what it found. Kept 400 days.
    """

    origin = models.TextField(_("実行"), choices=ProofOrigin)
    started_at = models.DateTimeField(_("開始"))
    duration_seconds = models.FloatField(_("所要時間（秒）"))
    since_revision = models.BigIntegerField(_("起点の改訂"))
    until_revision = models.BigIntegerField(_("検証した改訂"))
    # Of the newest revision that had one then: whoever keeps it elsewhere can compare it later (`verify_history --head`).
    head_revision = models.BigIntegerField(_("連鎖の先頭の改訂"), db_default=0)
    head = models.CharField(_("連鎖の先頭"), max_length=64, blank=True, db_default="")
    difference_count = models.PositiveIntegerField(_("相違"))
    # Of all that was found: the same again is no news.
    fingerprint = models.CharField(_("相違の指紋"), max_length=64, blank=True)
    first_differences = models.JSONField(_("最初の相違"), default=list)

    class Meta:
        db_table = "history_proofs"
        verbose_name = _("履歴の検証")
        verbose_name_plural = _("履歴の検証")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.until_revision} {self.started_at}"
