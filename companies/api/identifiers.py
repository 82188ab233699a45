"""What others call an issue: ISIN, FIGI, LEI, each with its validity and origin, as known now or at a revision."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.schema import answer
from companies.api.errors import company_not_found
from companies.api.knowledge import KnowledgeFilterSet, LedgerViewSet, of_one_revision
from companies.apps import COMPANIES
from companies.code_notation import find_code
from companies.issuers.identifiers.models import CompanyIdentifier, IdentifierScheme
from companies.models import LedgerRevision


class IdentifierAnswer(serializers.Serializer[Any]):
    """One identifier."""

    scheme = serializers.ChoiceField(IdentifierScheme.choices)
    value = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True, help_text="有効な最初の日。null は、知られている限り始めから")
    valid_until = serializers.DateField(
        allow_null=True, help_text="有効でなくなった最初の日。null は、終わりが知られていない"
    )
    origin = serializers.CharField(help_text="出所")
    recorded_in = serializers.IntegerField(help_text="記録した改訂")
    recorded_at = serializers.DateTimeField(help_text="記録した時刻")


class IdentifiersAnswer(serializers.Serializer[Any]):
    """All that are known of an issue."""

    code = serializers.CharField()
    identifiers = IdentifierAnswer(many=True)


EXAMPLE = {
    "code": "7203",
    "identifiers": [
        {
            "scheme": "isin", "value": "JP3633400001", "valid_from": None, "valid_until": None, "origin": "isin_2026-11.csv",
            "recorded_in": 1342, "recorded_at": "2026-11-20T18:00:12.345678+09:00",
        }
    ],
}  # fmt: skip


class IdentifierViewSet(LedgerViewSet):
    """The identifiers of one company."""

    queryset = CompanyIdentifier.objects.all()
    family = COMPANIES
    filterset_class = KnowledgeFilterSet
    tag = "companies"

    @extend_schema(
        operation_id="get_company_identifiers",
        summary="銘柄の識別子",
        description="ISIN・FIGI・LEI と、その有効期間・出所。体系ごとに古い順。まだどの一覧にもないコードでも、識別子が取り込まれていれば答える。",
        responses=answer(IdentifiersAnswer, EXAMPLE),
    )
    @of_one_revision
    def list(self, request: Request, code: str) -> HttpResponseBase:
        """By scheme, oldest first."""
        found = find_code(code) or ""
        rows = list(CompanyIdentifier.objects.known_at(self.revision).filter(code=found))
        if not rows and not self.reading.versions_of(found).exists():
            raise company_not_found(code)
        moments = dict(
            LedgerRevision.objects.filter(number__in={row.recorded_in for row in rows}).values_list(
                "number", "recorded_at"
            )
        )
        return Response({"code": found, "identifiers": [_told(row, moments[row.recorded_in]) for row in rows]})


def _told(row: CompanyIdentifier, recorded_at: Any) -> dict[str, Any]:
    return {
        "scheme": row.scheme,
        "value": row.value,
        "valid_from": row.validity.lower,
        "valid_until": row.validity.upper,
        "origin": row.origin,
        "recorded_in": row.recorded_in,
        "recorded_at": timezone.localtime(recorded_at).isoformat(),
    }
