"""The table of identifiers."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.recorded import Recorded


class IdentifierScheme(models.TextChoices):
    """Whose identifier it is."""

    ISIN = "isin", "ISIN"
    FIGI = "figi", "FIGI"
    LEI = "lei", "LEI"


class CompanyIdentifier(Recorded):
    """What others call an issue, during `validity`. By code: the issue may not be in a list of ours yet."""

    code = models.TextField(_("コード"), db_column="company_code")
    scheme = models.TextField(_("体系"), choices=IdentifierScheme)
    value = models.TextField(_("値"))
    validity = DateRangeField(_("有効期間"))
    origin = models.TextField(_("出所"))

    class Meta(Recorded.Meta):
        db_table = "company_identifiers"
        verbose_name = _("識別子")
        verbose_name_plural = _("識別子")
        ordering = ["code", "scheme", "validity"]
        constraints = [
            *Recorded.Meta.constraints,
            # Law: one identifier of a scheme at a time.
            ExclusionConstraint(
                name="ex_company_identifiers_one_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("scheme", RangeOperators.EQUAL),
                    ("validity", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_in=None),
            ),
        ]
        indexes = [models.Index(fields=["scheme", "value"], name="ix_company_identifiers_value")]

    def __str__(self) -> str:
        return f"{self.code} {self.get_scheme_display()} {self.value}"
