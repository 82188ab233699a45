"""What a listing event says, in names instead of codes."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.choices import EventType, MarginClass, ProductCategory
from masters.models import Market, Sector17, Sector33


class EventWording:
    """The names of the codes that events mention, read from the masters once (three small queries)."""

    def __init__(self) -> None:
        # Codes of the 17 sectors have one or two digits, those of the 33 have four: one table holds both.
        sectors = dict(Sector17.objects.names()) | dict(Sector33.objects.names())
        self._names: dict[str, dict[str, str]] = {
            EventType.MARKET_CHANGED: dict(Market.objects.names()),
            EventType.SECTOR_CHANGED: sectors,
            EventType.SCALE_CHANGED: {"-": gettext("なし")},
            EventType.MARGIN_CHANGED: {str(code): str(label) for code, label in MarginClass.choices},
            EventType.PRODUCT_CHANGED: {str(code): str(label) for code, label in ProductCategory.choices},
        }

    def name(self, event_type: str, value: str | None) -> str:
        """How to show a headline value of an event; an unknown code stays what it is, nothing is an empty text."""
        if value is None:
            return ""
        return self._names.get(event_type, {}).get(value, value)


class StateWording:
    """Names for the fields of a company and for the codes in them, read from the masters once."""

    _LABELS = {
        "company_name": _("銘柄名"), "company_name_english": _("英語名"), "market_code": _("市場区分"), "sector17_code": _("17業種"),
        "sector33_code": _("33業種"), "scale_category": _("規模区分"), "margin_code": _("信用区分"), "product_category": _("商品区分"),
    }  # fmt: skip

    def __init__(self) -> None:
        self._names: dict[str, dict[str, str]] = {
            "market_code": dict(Market.objects.names()),
            "sector17_code": dict(Sector17.objects.names()),
            "sector33_code": dict(Sector33.objects.names()),
            "scale_category": {"-": gettext("なし")},
            "margin_code": {str(code): str(label) for code, label in MarginClass.choices},
            "product_category": {str(code): str(label) for code, label in ProductCategory.choices},
        }

    def describe(self, changes: Mapping[str, Sequence[str | None]]) -> list[tuple[str, str, str]]:
        """Each change as (field, before, after)."""
        return [
            (str(self._LABELS[field]), self.name(field, before), self.name(field, after))
            for field, (before, after) in changes.items()
        ]

    def name(self, field: str, value: str | None) -> str:
        """How to show a value; an unknown code stays what it is, nothing is an empty text."""
        return "" if value is None else self._names.get(field, {}).get(value, value)
