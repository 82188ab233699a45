"""`GET /api/v1/issuers`: the legal persons behind the codes, as EDINET's lists say now."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import DataViewSet, of_one_state
from api.endpoints.errors import ApiError
from api.endpoints.filters import AnyOf, Comparison, StrictFilterSet
from api.endpoints.pagination import LinkedPagination, PageFilterSet
from api.endpoints.parameters import SearchText, Word
from api.endpoints.schema import answer
from api.endpoints.states import StateFilterSet
from companies.api import examples
from companies.api.filters import AnyOfCodes
from companies.api.serializers import RepeatedText
from companies.apps import COMPANIES
from companies.issuers.behind import companies_behind
from companies.models import CompanyIssuer, Issuer, IssuerVersion
from companies.search.in_database import filter_by_query
from companies.search.query import LONGEST_QUERY

#: What a list says of an issuer.
STATE_FIELDS = (
    "securities_code", "name", "name_english", "name_kana", "corporate_number", "fiscal_year_end", "capital", "address", "industry",
    "filer_type",
)  # fmt: skip


class IssuerListFilterSet(StateFilterSet):
    """Filters of the issuers."""

    q = Comparison(
        SearchText(required=False, max_length=LONGEST_QUERY, help_text="名称、読み、英語名、EDINET コード、法人番号"),
        method="search",
    )
    edinet_code = AnyOf(Word(r"E[0-9]{5}"), help_text="EDINET コード")
    corporate_number = AnyOf(Word(r"[0-9]{13}"), help_text="法人番号（13 桁）")
    code = AnyOfCodes(method="behind")

    def search(self, issuers: QuerySet[Issuer], _name: str, query: str) -> QuerySet[Issuer]:
        """Those in whose names every word occurs."""
        return filter_by_query(issuers, query, is_exact=True)

    def behind(self, issuers: QuerySet[Issuer], _name: str, codes: list[str]) -> QuerySet[Issuer]:
        """Those that ever stood behind one of the companies."""
        found = CompanyIssuer.objects.known_at().filter(code__in=codes).values("edinet_code")
        return issuers.filter(edinet_code__in=found)


class IssuerFilterSet(IssuerListFilterSet, PageFilterSet):
    """The same, in pages."""


class IssuerStateAnswer(serializers.Serializer[Any]):
    """What a list says of an issuer."""

    securities_code = serializers.CharField(allow_null=True, help_text="届け出ている証券コード。null は、もうない")
    name = serializers.CharField()
    name_english = serializers.CharField(allow_null=True)
    name_kana = serializers.CharField(allow_null=True, help_text="読み（株式会社などを除いた片仮名）")
    corporate_number = serializers.CharField(allow_null=True, help_text="法人番号（13 桁）")
    fiscal_year_end = serializers.CharField(allow_null=True, help_text="決算日（例: 3月31日、2月末日）")
    capital = serializers.IntegerField(allow_null=True, help_text="資本金（円。一覧は百万円単位）")
    address = serializers.CharField(allow_null=True)
    industry = RepeatedText(allow_null=True, help_text="提出者業種")
    filer_type = RepeatedText(allow_null=True, help_text="提出者種別")


class IssuerAnswer(IssuerStateAnswer):
    """An issuer."""

    edinet_code = serializers.CharField()
    first_seen_on = serializers.DateField(help_text="最初に載った EDINET コード一覧の日")
    last_seen_on = serializers.DateField(help_text="最後に載った EDINET コード一覧の日")


class CompanyBehindAnswer(serializers.Serializer[Any]):
    """A company, or a class of its shares, that the issuer stood behind."""

    code = serializers.CharField()
    company_name = serializers.CharField(help_text="最新の銘柄名")
    is_active = serializers.BooleanField()
    valid_from = serializers.DateField(help_text="この一覧の日から")
    valid_until = serializers.DateField(allow_null=True, help_text="この日の前日まで。null は現在も")


class FiledCodeAnswer(serializers.Serializer[Any]):
    """A code under which the issuer filed."""

    code = serializers.CharField()
    valid_from = serializers.DateField(help_text="最初にそう届け出ていた EDINET コード一覧の日")
    valid_until = serializers.DateField(allow_null=True, help_text="そうでなくなった一覧の日。null は現在も")


class IssuerVersionAnswer(IssuerStateAnswer):
    """A state of an issuer."""

    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)


class IssuerDetailAnswer(IssuerAnswer):
    """An issuer with its companies, codes and states."""

    companies = CompanyBehindAnswer(many=True)
    codes = FiledCodeAnswer(many=True)
    versions = IssuerVersionAnswer(many=True)


class IssuerListAnswer(serializers.Serializer[Any]):
    """A page of issuers."""

    issuers = IssuerAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class IssuerViewSet(DataViewSet):
    """Issuers, and what they stood behind."""

    queryset = Issuer.objects.order_by("edinet_code")
    family = COMPANIES
    filterset_class = IssuerFilterSet
    pagination_class = LinkedPagination
    lookup_url_kwarg = "edinet_code"
    tag = "companies"

    def get_filterset_class(self) -> type[StrictFilterSet]:
        """One issuer takes no filters."""
        return StateFilterSet if self.action == "retrieve" else self.filterset_class

    @extend_schema(
        operation_id="list_issuers",
        summary="発行体",
        description="証券コードで届け出たことのある法人。EDINET コード一覧による、いま知られている内容（known_at は指定できない）。",
        responses=answer(IssuerListAnswer, examples.ISSUERS),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """A page of issuers."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response({"issuers": IssuerAnswer(page, many=True).data})

    @extend_schema(
        operation_id="get_issuer",
        summary="発行体 1 件",
        description="その法人が背後にあったすべての銘柄（種類株式を含む）と期間、届け出た証券コード、内容の履歴。",
        responses=answer(IssuerDetailAnswer, examples.ISSUER),
    )
    @of_one_state
    def retrieve(self, request: Request, edinet_code: str) -> HttpResponseBase:
        """The issuer with an EDINET code."""
        issuer = Issuer.objects.filter(edinet_code=edinet_code.upper()).first()
        if issuer is None:
            message = gettext("EDINET コード {code} の発行体はありません。").format(code=edinet_code[:20])
            raise ApiError(404, "ISSUER_NOT_FOUND", message, details={"edinet_code": edinet_code[:20]})
        told = {
            **IssuerAnswer(issuer).data,
            "companies": companies_behind(issuer.edinet_code),
            "codes": [
                {"code": code, "valid_from": validity.lower, "valid_until": validity.upper}
                for code, validity in issuer.codes.order_by("validity").values_list("code", "validity")
            ],
            "versions": [
                {
                    "valid_from": validity.lower,
                    "valid_until": validity.upper,
                    **dict(zip(STATE_FIELDS, state, strict=True)),
                }
                for validity, *state in IssuerVersion.objects.filter(edinet_code=issuer.edinet_code)
                .order_by("validity")
                .values_list("validity", *STATE_FIELDS)
            ],
        }
        return Response(told)
