"""That a source does not show the list of the next business day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NextDayRefusal(models.Model):
    """That a source was asked for the list of the next business day and refused it, or answered with another day.

    It counts while plan, version, address and credentials are as they were then (`terms`, a fingerprint), and not for ever: then
    it is asked once more.
    """

    source = models.OneToOneField(
        "datasources.DataSource", models.CASCADE, primary_key=True, related_name="next_day_refusal",
        verbose_name=_("データソース"),
    )  # fmt: skip
    refused_at = models.DateTimeField(_("日時"))
    terms = models.CharField(_("契約と認証情報の指紋"), max_length=64)
    code = models.TextField(_("理由のコード"))
    message = models.TextField(_("理由"))

    class Meta:
        db_table = "next_day_refusals"
        verbose_name = _("翌営業日の一覧の対象外")
        verbose_name_plural = _("翌営業日の一覧の対象外")

    def __str__(self) -> str:
        return f"{self.source_id} {self.code}"
