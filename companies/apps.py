from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from masters.apps import MASTERS

#: The ledger and what follows from it, as a family of tables (`api.generations`).
COMPANIES = "companies"


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = _("上場銘柄")
    data_families: ClassVar[dict[str, tuple[str, ...]]] = {COMPANIES: (MASTERS,)}
    #: `api.turns`
    data_turn = "companies.ledger.day_turn.DAY_TURN"
