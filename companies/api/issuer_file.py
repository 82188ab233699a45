"""`GET /api/v1/issuers/export`: the issuers as a file."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoints.data_views import DataViewSet, streamed_of_one_state
from api.endpoints.negotiation import AnyFormat
from api.endpoints.schema import answer
from companies.api.exports import ExportFile, export_answer, format_parameter
from companies.api.file_columns import columns_of
from companies.api.issuers import STATE_FIELDS, IssuerAnswer, IssuerListFilterSet
from companies.api.manifests import EXPORT_ANSWER
from companies.apps import COMPANIES
from companies.known.reading import newest_revision
from companies.models import Issuer

ISSUER_FIELDS = ("edinet_code", *STATE_FIELDS, "first_seen_on", "last_seen_on")
_CHUNK = 1000


class IssuerFileFilterSet(IssuerListFilterSet):
    """Filters of the list, and the kind of file."""

    format = format_parameter()


class IssuerFileViewSet(DataViewSet):
    """All issuers that match, in one file."""

    queryset = Issuer.objects.order_by("edinet_code")
    family = COMPANIES
    filterset_class = IssuerFileFilterSet
    pagination_class = None
    content_negotiation_class = AnyFormat
    tag = "companies"

    @extend_schema(
        operation_id="export_issuers",
        summary="発行体のファイル出力",
        description="発行体の一覧と同じ条件に合う全発行体を、EDINET コードの順に 1 つのファイルで返す。いま知られている内容（known_at は指定できない）。"
        "manifest の url は state で同じ内容に固定する。",
        responses=answer(EXPORT_ANSWER),
    )
    @streamed_of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """The file, streamed."""
        revision = newest_revision()
        values = self.filter_queryset(self.get_queryset()).values(*ISSUER_FIELDS)
        file = ExportFile(
            name=f"issuers_{revision}", columns=columns_of(IssuerAnswer, ISSUER_FIELDS), revision=revision, state=self.state,
            pin=("state", self.state),
        )  # fmt: skip
        return export_answer(request, values.iterator(chunk_size=_CHUNK), self.values["format"], file)
