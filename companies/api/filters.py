"""The query parameters of the companies' endpoints, and what they leave of companies, versions, events and lists."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from api.endpoints.fields import Fields
from api.endpoints.filters import AnyOf, Comparison, Ordering, Parameter, ParameterList
from api.endpoints.pagination import PageFilterSet
from api.endpoints.parameters import Choice, Day, Instant, SearchText, WholeNumber, Word, YesOrNo
from api.endpoints.states import StateFilterSet
from companies.api import rows
from companies.api.field_filters import FIELDS_HELP, fields_of_company
from companies.api.identifier_filters import IdentifierFilterSet
from companies.api.knowledge import KnowledgeFilterSet
from companies.api.pages import PageOfRevisionFilterSet
from companies.choices import EntryStatus, EventType, SnapshotSource
from companies.code_notation import NOTATION, find_code
from companies.fields import FIELD_BY_NAME
from companies.letters import plain_letters
from companies.listed_issue import LEDGER_FIELDS
from companies.models import Company, KnownEvent
from companies.search.in_database import search_companies
from companies.search.query import LONGEST_QUERY

ORDERINGS = (
    "code", "company_name", "market_code", "sector17_code", "sector33_code", "scale_category",
    "first_seen_on", "last_seen_on", "updated_at",
)  # fmt: skip
#: What `include` adds.
QUOTE = "quote"
_AS_OF_HELP = "この日の時点の内容（YYYY-MM-DD）。この日以前で最も新しい一覧による"


class SecuritiesCode(Word):
    """A securities code in any notation of `companies.code_notation`, read as it is stored."""

    def __init__(self, **options: Any) -> None:
        super().__init__(NOTATION, **options)

    def to_internal_value(self, data: Any) -> str:
        """The code. Raises `ValidationError`."""
        text = str(data)
        code = find_code(text)
        if code is None:
            message = gettext("{text} は銘柄コードではありません（例: 7203、130A、72030、7203.T、TYO:7203）。")
            raise serializers.ValidationError(message.format(text=repr(text[:50])))
        return code


class AnyOfCodes(AnyOf):
    """Securities codes, also as Japanese keyboards write them, commas included."""

    def __init__(self, *args: Any, **options: Any) -> None:
        help_text = "銘柄コード（4 桁または 5 桁。7203.T、TYO:7203、7203 JT などの書き方も可）"
        super().__init__(SecuritiesCode(), *args, help_text=help_text, **options)

    def split(self, text: str) -> list[str]:
        """A list's parts."""
        return super().split(plain_letters(text))


class AsOfFilterSet(KnowledgeFilterSet):
    """A past day, and what is told of it."""

    fields = fields_of_company()

    as_of = Parameter(Day(required=False, help_text=_AS_OF_HELP))


class CompanyFilterSet(IdentifierFilterSet):
    """Filters of the list of companies. `paths` leads from a field of the answer to the model's."""

    paths = rows.COMPANY_PATHS

    code = AnyOfCodes(method="of_codes")
    q = Comparison(
        SearchText(required=False, max_length=LONGEST_QUERY, help_text="検索語（/companies/search と同じ規則）"),
        method="search",
    )
    active_only = Comparison(
        YesOrNo(default=True, help_text="上場中の銘柄だけ。as_of を指定すると、その日に上場していた銘柄だけになる"),
        method="leave_active",
    )
    updated_since = Comparison(
        Instant(
            required=False,
            help_text="この時刻以降に何かが変わった銘柄（ISO 8601）。廃止と過去の訂正を含み、消えた銘柄は removed に挙げる。"
            "last_seen_on などの確認日だけの変化は含まない。変化を追い続けるには /api/v1/feed が確実",
        ),
        method="changed_since",
    )
    ordering = Ordering(ORDERINGS)
    as_of = Parameter(Day(required=False, help_text=_AS_OF_HELP))

    @classmethod
    def get_filters(cls) -> Any:
        """Those of the fields of a company, then what else narrows the list."""
        asked = {
            field.name: AnyOf(Word(field.asked_as), field.path, help_text=field.help_text)
            for field in LEDGER_FIELDS
            if field.asked_as
        }
        return {**asked, **super().get_filters()}

    def of_codes(self, companies: Any, _name: str, codes: list[str]) -> Any:
        """Those with one of the codes."""
        return companies.filter(**{f"{self.paths['code']}__in": codes})

    def search(self, companies: Any, _name: str, query: str) -> Any:
        """What is found, best first."""
        return search_companies(companies, query, code_field=self.paths["code"])

    def leave_active(self, companies: Any, _name: str, is_wanted: bool) -> Any:
        """Those in the newest list, unless all are wanted."""
        return companies.filter(is_active=True) if is_wanted else companies

    def changed_since(self, companies: Any, _name: str, moment: datetime) -> Any:
        """Those whose contents changed then or later."""
        return companies.filter(**{f"{self.paths['updated_at']}__gte": moment})

    @classmethod
    def read_lists(cls, given: dict[str, list[str]]) -> dict[str, Any]:
        """Who asks for what changed wants to know of delistings, too."""
        if "updated_since" in given and "active_only" not in given:
            given = {**given, "active_only": ["false"]}
        return super().read_lists(given)

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Of a past day there are only the companies listed then, no later changes; quotes are of now only."""
        values = super().check(values)
        is_past = [name for name in ("as_of", "known_at", "revision") if name in values]
        is_contrary = {
            "updated_since": "as_of" in values and "updated_since" in values,
            "active_only": "as_of" in values and not values["active_only"],
            "include": bool(is_past) and "include" in values,
        }
        for name, refuses in is_contrary.items():
            if refuses:
                message = gettext("{name} とは同時に指定できません。").format(name=is_past[0])
                raise serializers.ValidationError({name: [message]})
        return values


class CompanyListFilterSet(CompanyFilterSet, PageOfRevisionFilterSet):
    """The list: filters, the page, and what else is told of each company."""

    fields = fields_of_company()
    include = ParameterList(Choice([QUOTE]), help_text="quote: 保存されている株価を各銘柄に加える")


class SearchFilterSet(KnowledgeFilterSet):
    """What to look for."""

    q = Parameter(
        SearchText(
            max_length=LONGEST_QUERY,
            help_text="コード（7203.T、TYO:7203 なども可）、銘柄名、カナ、ローマ字。全角・半角、ひらがな・カタカナ、大小のかなを区別しない",
        )
    )
    fields = fields_of_company()
    limit = Parameter(WholeNumber(min_value=1, max_value=1000, default=50, help_text="最大件数"))
    active_only = Parameter(YesOrNo(default=False, help_text="上場中の銘柄だけ"))


class PeriodFilterSet(StateFilterSet):
    """Two days."""

    is_period_required = False

    @classmethod
    def get_filters(cls) -> Any:
        """`from` is a word of Python, so these two cannot be declared as attributes."""
        first, last = (
            Parameter(Day(required=cls.is_period_required, help_text=f"{which}の日（YYYY-MM-DD）"))
            for which in ("最初", "最後")
        )
        return {**super().get_filters(), "from": first, "to": last}

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A period runs forwards."""
        values = super().check(values)
        first, last = values.get("from"), values.get("to")
        if first is not None and last is not None and first > last:
            message = gettext("from は to 以前の日にしてください。")
            raise serializers.ValidationError({"from": [message]})
        return values


class EventListFilterSet(PeriodFilterSet, KnowledgeFilterSet):
    """Filters of the listing events."""

    type = AnyOf(Choice(EventType.values), "event_type", help_text="種別")
    code = AnyOfCodes("company", method="of_companies")
    market_code = AnyOf(Word(FIELD_BY_NAME["market_code"].asked_as), "market", help_text="当時の市場区分コード")

    def of_companies(self, events: Any, name: str, codes: list[str]) -> Any:
        """Theirs: by ids, not by a join, because a condition on these reaches the index."""
        if events.model is KnownEvent:
            return events.filter(code__in=codes)
        companies = Company.objects.filter(code__in=codes)
        return events.filter(**{f"{name}__in": list(companies.values_list("pk", flat=True))})


class EventFilterSet(EventListFilterSet, PageOfRevisionFilterSet):
    """The same, in pages."""

    fields = Fields(rows.EVENT_FIELDS, help_text=FIELDS_HELP)


class SnapshotFilterSet(PeriodFilterSet, PageFilterSet):
    """Filters of the entries of the ledger."""

    source = AnyOf(Choice(SnapshotSource.values), help_text="データソース")
    status = AnyOf(
        Choice(EntryStatus.values),
        method="of_status",
        help_text="holding: 履歴の元になっている、superseded: 同じ日の別の一覧が有効、withdrawn: 取り消された",
    )

    def of_status(self, entries: Any, _name: str, statuses: list[str]) -> Any:
        """In any of them."""
        return entries.of_status(statuses)


class ChangesFilterSet(PeriodFilterSet, PageOfRevisionFilterSet):
    """The two days to compare."""

    is_period_required = True
