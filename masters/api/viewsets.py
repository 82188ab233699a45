"""Market segments and sectors."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import DataViewSet, of_one_state
from api.endpoints.schema import answer
from masters.api import serializers
from masters.api.filters import SectorFilterSet
from masters.apps import MASTERS
from masters.models import Market, Sector17, Sector33


class MarketViewSet(DataViewSet):
    """Market segments."""

    queryset = Market.objects.filter(is_active=True)
    family = MASTERS
    tag = "masters"

    @extend_schema(
        operation_id="list_markets",
        summary="市場区分",
        responses=answer(serializers.MarketsAnswer, serializers.MARKETS_EXAMPLE),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """All that are in use, in their order."""
        return Response(serializers.MarketsAnswer({"markets": self.get_queryset()}).data)


class SectorViewSet(DataViewSet):
    """Sectors."""

    family = MASTERS
    filterset_class = SectorFilterSet
    tag = "masters"

    @extend_schema(
        operation_id="list_sectors",
        summary="業種",
        responses=answer(serializers.SectorsAnswer, serializers.SECTORS_EXAMPLE),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """All sectors of a classification, in their order."""
        classification = Sector17 if self.values["type"] == "17" else Sector33
        sectors = classification.objects.filter(is_active=True)
        return Response(serializers.SectorsAnswer({"sectors": sectors}).data)
