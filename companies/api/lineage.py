"""`GET /api/v1/lineage` and `/companies/{code}/lineage`: which issue came after which, what is proposed and what is a fact."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import DataViewSet, of_one_state
from api.endpoints.filters import AnyOf, Comparison
from api.endpoints.pagination import LinkedPagination, PageFilterSet
from api.endpoints.parameters import Choice
from api.endpoints.schema import answer
from api.endpoints.states import StateFilterSet
from companies.api import examples
from companies.api.converters import COMPANY_CODE
from companies.api.errors import company_not_found
from companies.api.filters import AnyOfCodes
from companies.apps import COMPANIES
from companies.code_notation import find_code
from companies.issuers.lineage.models import SuccessionKind, SuccessionStatus
from companies.issuers.lineage.reading import find_chain, touches_any
from companies.models import Company, Succession

_STATUS_HELP = "proposed: 規則による提案で、まだ事実ではない、confirmed: 人が確認した（同じ発行体の別のコードは規則が確認する）、rejected: 人が却下した"
#: What a chain is made of where nothing else is asked for: what was rejected leads nowhere.
_IN_A_CHAIN = (SuccessionStatus.PROPOSED, SuccessionStatus.CONFIRMED)


class LineageFilterSet(StateFilterSet, PageFilterSet):
    """Filters of the successions."""

    status = AnyOf(Choice(SuccessionStatus.values), help_text=_STATUS_HELP)
    kind = AnyOf(Choice(SuccessionKind.values), help_text="種別")
    code = AnyOfCodes(method="touching")
    min_confidence = Comparison(
        serializers.FloatField(
            required=False, min_value=0, max_value=1, help_text="確からしさがこれ以上のもの（0〜1）"
        ),
        "confidence",
        lookup_expr="gte",
    )

    def touching(self, successions: QuerySet[Succession], _name: str, codes: list[str]) -> QuerySet[Succession]:
        """Those of which one of the codes is either end."""
        return successions.filter(touches_any(codes))


class ChainFilterSet(StateFilterSet):
    """Which successions make the chain."""

    status = AnyOf(Choice(SuccessionStatus.values), help_text=f"{_STATUS_HELP}。指定しなければ proposed と confirmed")


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean", "array", "object", "null"], "items": {}},
    }
)
class EvidenceField(serializers.JSONField):
    """As the rule wrote it: what it holds depends on the rule."""


class SuccessionAnswer(serializers.Serializer[Any]):
    """That an issue came after another."""

    predecessor = serializers.CharField(help_text="前の銘柄のコード")
    successor = serializers.CharField(help_text="後の銘柄のコード。predecessor と同じなら、同じコードの新しい法人")
    date = serializers.DateField(
        source="day", help_text="前の銘柄のない、または後の銘柄のある最初の一覧の日（遅いほう）"
    )
    kind = serializers.ChoiceField(SuccessionKind.choices)
    confidence = serializers.FloatField(min_value=0, max_value=1, help_text="確からしさ（0〜1）。1 は一覧が直接示す")
    status = serializers.ChoiceField(SuccessionStatus.choices, help_text="confirmed だけが事実。proposed は提案")
    evidence = EvidenceField(help_text="規則（rule）と、比べたものごとの一致と倍率（signals）")


class SuccessionListAnswer(serializers.Serializer[Any]):
    """A page of successions, newest first."""

    successions = SuccessionAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class ChainCompanyAnswer(serializers.Serializer[Any]):
    """A company of the chain. One that was in no list of ours has its code only."""

    code = serializers.CharField()
    company_name = serializers.CharField(allow_null=True, help_text="最新の銘柄名。null は、どの一覧にも載っていない")
    is_active = serializers.BooleanField()
    first_seen_on = serializers.DateField(allow_null=True)
    last_seen_on = serializers.DateField(allow_null=True)


class LineageAnswer(serializers.Serializer[Any]):
    """All that hangs together with a company."""

    code = serializers.CharField()
    companies = ChainCompanyAnswer(many=True)
    successions = SuccessionAnswer(many=True)


class LineageViewSet(DataViewSet):
    """Successions, newest first."""

    queryset = Succession.objects.order_by("-day", "successor", "predecessor")
    family = COMPANIES
    filterset_class = LineageFilterSet
    pagination_class = LinkedPagination
    tag = "history"

    @extend_schema(
        operation_id="list_successions",
        summary="銘柄の承継",
        description="どの銘柄がどの銘柄の後に来たか（持株会社化、合併、同じ発行体の別のコードなど）。新しい順。"
        "status が confirmed のものだけが事実で、proposed は人の確認を待つ提案。いま知られている内容（known_at は指定できない）。",
        responses=answer(SuccessionListAnswer, examples.SUCCESSIONS),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """A page."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response({"successions": SuccessionAnswer(page, many=True).data})


class CompanyLineageViewSet(DataViewSet):
    """The chain of one company."""

    queryset = Succession.objects.all()
    family = COMPANIES
    filterset_class = ChainFilterSet
    lookup_url_kwarg, lookup_value_converter = "code", COMPANY_CODE
    tag = "history"

    @extend_schema(
        operation_id="get_company_lineage",
        summary="銘柄の前身と後継",
        description="その銘柄につながる承継のすべて（前身の前身、後継の後継、同じ後継に入ったほかの銘柄）。古い順。"
        "companies は、つながる銘柄。status が confirmed のものだけが事実。",
        responses=answer(LineageAnswer, examples.LINEAGE),
    )
    @of_one_state
    def retrieve(self, request: Request, code: str) -> HttpResponseBase:
        """All of it, oldest first."""
        found = find_code(code) or ""
        chain = find_chain(found, self.values.get("status") or _IN_A_CHAIN)
        codes = sorted({found, *(end for one in chain for end in (one.predecessor, one.successor))})
        fields = ("code", "company_name", "is_active", "first_seen_on", "last_seen_on")
        known = {row["code"]: row for row in Company.objects.filter(code__in=codes).values(*fields)}
        if found not in known and not chain:
            raise company_not_found(code)
        unknown = {"company_name": None, "is_active": False, "first_seen_on": None, "last_seen_on": None}
        companies = [known.get(one, {"code": one, **unknown}) for one in codes]
        return Response({"code": found, "companies": companies, "successions": SuccessionAnswer(chain, many=True).data})
