"""`GET /api/v1/companies/export`: the list as a file."""

from collections.abc import Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoints.data_views import streamed_of_one_state
from api.endpoints.negotiation import AnyFormat
from api.endpoints.schema import answer
from companies.api import rows
from companies.api.exports import ExportFile, export_answer, format_parameter
from companies.api.field_filters import fields_of_company
from companies.api.file_columns import columns_of
from companies.api.filters import CompanyFilterSet
from companies.api.knowledge import LedgerViewSet
from companies.api.manifests import EXPORT_ANSWER
from companies.api.requests import universe_of
from companies.api.serializers import CompanyAnswer
from companies.api.since import wait_for_changes
from companies.apps import COMPANIES
from companies.issuers.told import load_told
from companies.known.reading import newest_revision
from companies.models import Company


class CompanyFileFilterSet(CompanyFilterSet):
    """Filters and order of the list, columns and the kind of file."""

    fields = fields_of_company()
    format = format_parameter()


class CompanyFileViewSet(LedgerViewSet):
    """All companies that match, in one file."""

    queryset = Company.objects.shown().order_by("code")
    family = COMPANIES
    filterset_class = CompanyFileFilterSet
    pagination_class = None
    content_negotiation_class = AnyFormat
    tag = "companies"

    @extend_schema(
        operation_id="export_companies",
        summary="銘柄一覧のファイル出力",
        description="銘柄一覧と同じ条件に合う全銘柄。CSV は BOM 付き UTF-8 で、表計算ソフトで開いても数式として実行されない。"
        "Parquet は列ごとに型を持つ（日付、時刻、真偽、文字列）。",
        responses=answer(EXPORT_ANSWER, None, 404),
    )
    @streamed_of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """The file, streamed."""
        file_format, day = self.values["format"], self.values.get("as_of")
        found, revision = self._rows()
        file = ExportFile(
            name=f"companies_{day or timezone.localdate():%Y%m%d}", columns=columns_of(CompanyAnswer, self.values.get("fields", rows.COMPANY_FIELDS)),
            revision=revision, state=self.state, pin=("revision", str(revision)),
        )  # fmt: skip
        return export_answer(request, found, file_format, file)

    def _rows(self) -> tuple[Iterator[dict[str, Any]], int]:
        """Of now from the database, of the past from memory; and the revision that they are of."""
        day = self.values.get("as_of")
        if "updated_since" in self.values:
            wait_for_changes()
        if day is None and self.asked is None:
            revision = newest_revision()
            return rows.iterate_companies(self.filter_queryset(self.get_queryset()), load_told()), revision
        universe = universe_of(None, self.state, as_of=day, revision=self.asked)
        return universe.rows(universe.select(self.values)), universe.revision
