"""The ledger as it was known at a revision, which has to be set first (`companies.known.revision`): views, never written."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.events.told_event import ToldEvent
from companies.ledger.models import ListingSnapshot
from companies.querysets import CompanyVersionQuerySet, ListingEventQuerySet
from companies.states import PastState


class KnownVersion(PastState):
    """A state of a company, as it was known. Of one that was taken back since, `id` is negative."""

    id = models.BigIntegerField(primary_key=True)
    # By code, as everything that was known once: no column, and no company where it was taken back as a whole since.
    company = models.ForeignObject(
        "companies.Company", models.DO_NOTHING, from_fields=["code"], to_fields=["code"], related_name="known_versions",
        null=True,
    )  # fmt: skip

    objects = CompanyVersionQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "known_versions"
        verbose_name = _("当時知られていた版")
        verbose_name_plural = _("当時知られていた版")

    def __str__(self) -> str:
        return f"{self.company_name} {self.validity}"


class KnownEntry(models.Model):
    """An entry that held for its day."""

    entry = models.OneToOneField(
        ListingSnapshot, models.DO_NOTHING, primary_key=True, related_name="+", verbose_name=_("スナップショット")
    )
    date_in_force = models.DateField(_("基準日"))

    class Meta:
        managed = False
        db_table = "known_entries"
        verbose_name = _("当時有効だった一覧")
        verbose_name_plural = _("当時有効だった一覧")
        ordering = ["date_in_force"]

    def __str__(self) -> str:
        return str(self.date_in_force)


class KnownEvent(ToldEvent):
    """A listing event, as `companies.models.ListingEvent`; by code, since the company may be gone."""

    objects = ListingEventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "known_listing_events"
        verbose_name = _("当時知られていたイベント")
        verbose_name_plural = _("当時知られていたイベント")
        ordering = ["-event_date", "code", "event_type"]
