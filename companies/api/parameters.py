"""The query parameters of the companies' endpoints."""

from typing import Any

from rest_framework import serializers

from companies.choices import EventType
from config.api.errors import localised
from config.api.parameters import CommaList, Ordering, PageParameters, Parameters

ORDERINGS = (
    "code", "company_name", "market_code", "sector17_code", "sector33_code", "scale_category",
    "first_seen_on", "last_seen_on", "updated_at",
)  # fmt: skip
_AS_OF_HELP = "この日の時点の内容（YYYY-MM-DD）。この日以前で最も新しい一覧による"


class AsOfParameters(Parameters):
    """A past day."""

    as_of = serializers.DateField(required=False, help_text=_AS_OF_HELP)


class CompanyListParameters(PageParameters):
    """Filters of the list of companies; those of comma lists accept any of the values."""

    market_code = CommaList(required=False, help_text="市場区分コード（例: 0111,0112）")
    sector17_code = CommaList(required=False, help_text="17業種コード")
    sector33_code = CommaList(required=False, help_text="33業種コード")
    scale_category = CommaList(required=False, help_text="規模区分（例: TOPIX Core30）")
    margin_code = CommaList(required=False, help_text="信用区分コード")
    product_category = CommaList(required=False, help_text="商品区分コード")
    code = CommaList(required=False, help_text="銘柄コード（4 桁または 5 桁）")
    q = serializers.CharField(required=False, max_length=100, help_text="検索語（/companies/search と同じ規則）")
    active_only = serializers.BooleanField(
        default=True, help_text="上場中の銘柄だけ。as_of の指定時は、その日に上場していた銘柄だけなので影響しない"
    )
    updated_since = serializers.DateTimeField(required=False, help_text="この時刻以降に変わった銘柄（ISO 8601）")
    ordering = Ordering(ORDERINGS, required=False)
    as_of = serializers.DateField(required=False, help_text=_AS_OF_HELP)


class SearchParameters(Parameters):
    """What to look for."""

    q = serializers.CharField(
        max_length=100, help_text="コード、銘柄名、カナ、ローマ字。全角・半角、ひらがな・カタカナを区別しない"
    )
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=50, help_text="最大件数")
    active_only = serializers.BooleanField(default=False, help_text="上場中の銘柄だけ")


class SectorParameters(Parameters):
    """Which of the two classifications."""

    type = serializers.ChoiceField(["17", "33"], default="33", help_text="17 業種か 33 業種か")


class _Period(Parameters):
    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python, so these two cannot be declared as attributes."""
        fields: dict[str, Any] = super().get_fields()
        fields["from"] = serializers.DateField(required=self.is_period_required, help_text="最初の日（YYYY-MM-DD）")
        fields["to"] = serializers.DateField(required=self.is_period_required, help_text="最後の日（YYYY-MM-DD）")
        return fields

    is_period_required = False

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A period runs forwards."""
        first, last = attrs.get("from"), attrs.get("to")
        if first is not None and last is not None and first > last:
            message = localised("from は to 以前の日にしてください。", "`from` must not be after `to`.")
            raise serializers.ValidationError({"from": [message]})
        return attrs


class EventListParameters(_Period, PageParameters):
    """Filters of the listing events."""

    type = CommaList(required=False, help_text=f"種別: {', '.join(EventType.values)}")
    code = CommaList(required=False, help_text="銘柄コード")
    market_code = CommaList(required=False, help_text="当時の市場区分コード")

    def validate_type(self, value: list[str]) -> list[str]:
        """Only kinds of event there are."""
        wrong = sorted(set(value) - set(EventType.values))
        if wrong:
            known = ", ".join(EventType.values)
            raise serializers.ValidationError(
                localised(
                    f"{wrong[0]!r} という種別はありません。使えるもの: {known}", f"Not {wrong[0]!r}. Known: {known}"
                )
            )
        return value


class ChangesParameters(_Period, PageParameters):
    """The two days to compare."""

    is_period_required = True
