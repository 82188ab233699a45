"""The query parameters of the companies' endpoints."""

from typing import Any

from rest_framework import serializers

from api.endpoints.errors import localised
from api.endpoints.parameters import (
    MAX_VALUES,
    CommaList,
    Day,
    Instant,
    Ordering,
    PageParameters,
    SearchText,
    WholeNumber,
    YesOrNo,
)
from api.endpoints.states import StateParameters
from companies.choices import EntryStatus, EventType, SnapshotSource
from companies.code_notation import NOTATION, find_code
from companies.export import ExportFormat
from companies.letters import plain_letters
from companies.search.query import LONGEST_QUERY

ORDERINGS = (
    "code", "company_name", "market_code", "sector17_code", "sector33_code", "scale_category",
    "first_seen_on", "last_seen_on", "updated_at",
)  # fmt: skip
_MASTER_CODE = r"[0-9A-Za-z]{1,8}"
_SCALE = r"[0-9A-Za-z-](?:[0-9A-Za-z -]{0,48}[0-9A-Za-z-])?"
#: What `include` adds.
QUOTE = "quote"
_CODE_HELP = "銘柄コード（4 桁または 5 桁。7203.T、TYO:7203、7203 JT などの書き方も可）"
_AS_OF_HELP = "この日の時点の内容（YYYY-MM-DD）。この日以前で最も新しい一覧による"


class CodeList(CommaList):
    """Securities codes separated by commas, each in any notation of `companies.code_notation`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(pattern=NOTATION, **options)

    def to_internal_value(self, data: Any) -> Any:
        """The codes as they are stored. Raises `ValidationError` with the first text that is none."""
        texts = plain_letters(str(data)).split(",")
        if len(texts) > MAX_VALUES:
            message = localised(f"{MAX_VALUES} 個までにしてください。", f"At most {MAX_VALUES} values.")
            raise serializers.ValidationError(message)
        codes = []
        for text in texts:
            code = find_code(text)
            if code is None:
                message = localised(
                    f"{text[:50]!r} は銘柄コードではありません（例: 7203、130A、72030、7203.T、TYO:7203）。",
                    f"{text[:50]!r} is not a securities code (such as 7203, 130A, 72030, 7203.T, TYO:7203).",
                )
                raise serializers.ValidationError(message)
            codes.append(code)
        return codes


class AsOfParameters(StateParameters):
    """A past day."""

    as_of = Day(required=False, help_text=_AS_OF_HELP)


class CompanyFilters(StateParameters):
    """Filters of the list of companies; those of comma lists accept any of the values."""

    market_code = CommaList(pattern=_MASTER_CODE, required=False, help_text="市場区分コード（例: 0111,0112）")
    sector17_code = CommaList(pattern=_MASTER_CODE, required=False, help_text="17業種コード")
    sector33_code = CommaList(pattern=_MASTER_CODE, required=False, help_text="33業種コード")
    scale_category = CommaList(pattern=_SCALE, required=False, help_text="規模区分（例: TOPIX Core30）")
    margin_code = CommaList(pattern=_MASTER_CODE, required=False, help_text="信用区分コード")
    product_category = CommaList(pattern=_MASTER_CODE, required=False, help_text="商品区分コード")
    code = CodeList(required=False, help_text=_CODE_HELP)
    q = SearchText(required=False, max_length=LONGEST_QUERY, help_text="検索語（/companies/search と同じ規則）")
    active_only = YesOrNo(
        default=True, help_text="上場中の銘柄だけ。as_of を指定すると、その日に上場していた銘柄だけになる"
    )
    updated_since = Instant(
        required=False,
        help_text="この時刻以降に内容または上場状態が変わった銘柄（ISO 8601）。廃止には active_only=false も必要。"
        "last_seen_on などの確認日だけの変化、取消などで消えた銘柄、過去だけの訂正は分からない",
    )
    ordering = Ordering(ORDERINGS, required=False)
    as_of = Day(required=False, help_text=_AS_OF_HELP)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Of a past day there are only the companies listed then, and no later changes."""
        if "as_of" in attrs and not attrs["active_only"]:
            message = localised("as_of とは同時に指定できません。", "Cannot be combined with as_of.")
            raise serializers.ValidationError({"active_only": [message]})
        if "as_of" in attrs and "updated_since" in attrs:
            message = localised("as_of とは同時に指定できません。", "Cannot be combined with as_of.")
            raise serializers.ValidationError({"updated_since": [message]})
        return attrs


class CompanyListParameters(CompanyFilters, PageParameters):
    """The list: filters, the page, and what else is told of each company."""

    include = CommaList(choices=[QUOTE], required=False, help_text="quote: 保存されている株価を各銘柄に加える")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Quotes are of now."""
        if "as_of" in attrs and "include" in attrs:
            message = localised("as_of とは同時に指定できません。", "Cannot be combined with as_of.")
            raise serializers.ValidationError({"include": [message]})
        return super().validate(attrs)


class ExportParameters(CompanyFilters):
    """The list as a file: filters and the kind of file."""

    format = serializers.ChoiceField(ExportFormat.choices, help_text="ファイルの形式")


class SearchParameters(StateParameters):
    """What to look for."""

    q = SearchText(
        max_length=LONGEST_QUERY,
        help_text="コード（7203.T、TYO:7203 なども可）、銘柄名、カナ、ローマ字。全角・半角、ひらがな・カタカナ、大小のかなを区別しない",
    )
    limit = WholeNumber(min_value=1, max_value=1000, default=50, help_text="最大件数")
    active_only = YesOrNo(default=False, help_text="上場中の銘柄だけ")


class SectorParameters(StateParameters):
    """Which of the two classifications."""

    type = serializers.ChoiceField(["17", "33"], default="33", help_text="17 業種か 33 業種か")


class _Period(StateParameters):
    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python, so these two cannot be declared as attributes."""
        fields: dict[str, Any] = super().get_fields()
        fields["from"] = Day(required=self.is_period_required, help_text="最初の日（YYYY-MM-DD）")
        fields["to"] = Day(required=self.is_period_required, help_text="最後の日（YYYY-MM-DD）")
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

    type = CommaList(choices=EventType.values, required=False, help_text="種別")
    code = CodeList(required=False, help_text=_CODE_HELP)
    market_code = CommaList(pattern=_MASTER_CODE, required=False, help_text="当時の市場区分コード")


class SnapshotListParameters(_Period, PageParameters):
    """Filters of the entries of the ledger."""

    source = CommaList(  # type: ignore[assignment] # a field of that name
        choices=SnapshotSource.values, required=False, help_text="データソース"
    )
    status = CommaList(
        choices=EntryStatus.values,
        required=False,
        help_text="holding: 履歴の元になっている、superseded: 同じ日の別の一覧が有効、withdrawn: 取り消された",
    )


class ChangesParameters(_Period, PageParameters):
    """The two days to compare."""

    is_period_required = True
