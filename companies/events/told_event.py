"""What all views of listing events tell of one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.choices import EventType
from companies.events.intervals import describe_when


class ToldEvent(models.Model):
    """A row of a view, never stored."""

    id = models.TextField(primary_key=True)
    code = models.TextField(_("コード"))
    event_date = models.DateField(_("日付"))
    event_type = models.TextField(_("種別"), choices=EventType)
    old_value = models.TextField(_("変更前"), null=True)  # noqa: DJ001
    new_value = models.TextField(_("変更後"), null=True)  # noqa: DJ001
    changes = models.JSONField(_("変更内容"))
    company_name = models.TextField(_("当時の銘柄名"))
    market = models.ForeignKey(
        "masters.Market", models.DO_NOTHING, to_field="code", db_column="market_code", null=True,
        db_constraint=False, related_name="+", verbose_name=_("当時の市場区分"),
    )  # fmt: skip
    observed_after = models.DateField(_("変化前の最後の一覧"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.when} {self.company_name} {self.get_event_type_display()}"

    @property
    def when(self) -> str:
        """When it came about, in words, in the language of the page."""
        return describe_when(self.observed_after, self.event_date)
