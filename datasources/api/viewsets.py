"""Sources and how they are."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import ApiViewSet
from api.endpoints.schema import answer
from datasources.api.serializers import EXAMPLE, DataSourceListAnswer
from datasources.models import DataSource


class DataSourceViewSet(ApiViewSet):
    """Sources."""

    queryset = DataSource.objects.order_by("provider", "id")
    tag = "sync"

    @extend_schema(
        operation_id="list_datasources", summary="データソース", responses=answer(DataSourceListAnswer, EXAMPLE)
    )
    def list(self, request: Request) -> Response:
        """All sources, those of lists first, then by age."""
        sources: dict[str, Any] = {"datasources": self.get_queryset()}
        return Response(DataSourceListAnswer(sources).data)
