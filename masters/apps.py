from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Markets and sectors, as a family of tables (`api.generations`).
MASTERS = "masters"


class MastersConfig(AppConfig):
    name = "masters"
    verbose_name = _("マスター")
    data_families: ClassVar[dict[str, tuple[str, ...]]] = {MASTERS: ()}
