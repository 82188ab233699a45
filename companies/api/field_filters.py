"""`fields=` of companies and of their versions."""

from api.endpoints.fields import Fields
from companies.api import rows
from companies.api.knowledge import KnowledgeFilterSet

FIELDS_HELP = "返す項目（コンマ区切り）。順序は常に全項目のときと同じ。code は常に含む。スキーマの required は、指定しないときの応答のもの"


def fields_of_company() -> Fields:
    """Which fields of companies are told."""
    return Fields(rows.COMPANY_FIELDS, help_text=FIELDS_HELP)


class HistoryFilterSet(KnowledgeFilterSet):
    """What is told of each version."""

    fields = Fields(
        rows.VERSION_FIELDS, always=rows.DAYS_OF_VERSION, elsewhere=("code",),
        help_text=f"versions の項目。valid_from と valid_until は常に含む。{FIELDS_HELP}",
    )  # fmt: skip
