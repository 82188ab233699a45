"""The whole history, and all events, as one file of one revision: for who loads everything at once, or in parts side by side."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from api.endpoints.data_views import streamed_of_one_state
from api.endpoints.fields import Fields
from api.endpoints.filters import Comparison, Parameter
from api.endpoints.negotiation import AnyFormat
from api.endpoints.schema import answer
from companies.api import rows
from companies.api.exports import export_answer
from companies.api.field_filters import FIELDS_HELP
from companies.api.filters import SecuritiesCode
from companies.api.knowledge import KnowledgeFilterSet, LedgerViewSet, check_revision, revision_not_found
from companies.api.serializers import EXPORT_ANSWER
from companies.apps import COMPANIES
from companies.errors import RevisionNotFound
from companies.events.derivation import derive_events
from companies.events.official import tell_official_days
from companies.export import ExportFormat
from companies.issuers.lineage.reading import load_confirmed
from companies.known.reading import THEN, newest_revision
from companies.known.revision import known_at
from companies.known.versions import load_known_versions
from companies.models import KnownVersion

Rows = list[dict[str, Any]]

VERSION_FIELDS = ("code", *rows.VERSION_FIELDS)
EVENT_FIELDS = (
    "code", "date", "observed_after", "official_on", "type", "company_name", "market_code", "old_value", "new_value", "changes",
    "succeeded_by", "preceded_by",
)  # fmt: skip
#: Companies that are read together: each time in a transaction of its own, and of the same revision.
_CODES_AT_ONCE = 1500
_FORMATS = [choice for choice in ExportFormat.choices if choice[0] != ExportFormat.XLSX]


class BulkFilterSet(KnowledgeFilterSet):
    """Which file, and which companies are in it."""

    format = Parameter(serializers.ChoiceField(_FORMATS, help_text="ファイルの形式"))
    after_code = Comparison(
        SecuritiesCode(required=False),
        "code",
        lookup_expr="gt",
        help_text="このコードより後の銘柄から（途切れた取得の続き）",
    )
    until_code = Comparison(SecuritiesCode(required=False), "code", lookup_expr="lte", help_text="このコードの銘柄まで")

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A range runs forwards."""
        values = super().check(values)
        if "after_code" in values and values.get("until_code", "ZZZZZ") <= values["after_code"]:
            message = gettext("after_code より後のコードにしてください。")
            raise serializers.ValidationError({"until_code": [message]})
        return values


class HistoryExportFilterSet(BulkFilterSet):
    """And which columns."""

    fields = Fields(
        VERSION_FIELDS, always=("code", *rows.DAYS_OF_VERSION), help_text=f"valid_from と valid_until は常に含む。{FIELDS_HELP}"
    )  # fmt: skip


class EventExportFilterSet(BulkFilterSet):
    """And which columns."""

    fields = Fields(EVENT_FIELDS, help_text=FIELDS_HELP)


class BulkViewSet(LedgerViewSet):
    """A file of one revision, by code; it is read part by part, whatever comes in meanwhile."""

    family = COMPANIES
    filterset_class = BulkFilterSet
    pagination_class = None
    content_negotiation_class = AnyFormat
    tag = "history"

    def file(
        self, request: Request, name: str, fields: Sequence[str], read: Callable[[Sequence[str], int], Rows]
    ) -> HttpResponseBase:
        """The rows that `read` has of some companies, one after the other."""
        newest = newest_revision()
        try:
            revision = newest if self.asked is None else check_revision(self.asked, newest)
        except RevisionNotFound as error:
            raise revision_not_found(error) from error
        found = _read_in_parts(self._codes(revision), revision, read)
        if self.values["format"] == ExportFormat.CSV:
            found = map(_as_cells, found)
        fields = self.values.get("fields", fields)
        return export_answer(
            request, found, self.values["format"], fields, name=f"{name}_{revision}", revision=revision
        )  # fmt: skip

    def _codes(self, revision: int) -> list[str]:
        """Of the companies that were known and are asked for."""
        with known_at(revision):
            versions = self.filter_queryset(KnownVersion.objects.order_by("code"))
            return list(versions.values_list("code", flat=True).distinct())


class HistoryExportViewSet(BulkViewSet):
    """All versions of all companies."""

    filterset_class = HistoryExportFilterSet

    @extend_schema(
        operation_id="export_history",
        summary="全銘柄の履歴のファイル出力",
        description="全銘柄の全期間の版を、コード・期間の順に 1 つのファイルで返す。すべて 1 つの改訂（X-Ledger-Revision）の内容。"
        "途切れたときは revision と after_code を指定して続きを取得できる。コードの範囲で分けて並行に取得することもできる。",
        responses=answer(EXPORT_ANSWER, None, 404),
    )
    @streamed_of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """The file."""
        return self.file(request, "history", VERSION_FIELDS, _versions_of)


class EventExportViewSet(BulkViewSet):
    """All events of all companies."""

    filterset_class = EventExportFilterSet

    @extend_schema(
        operation_id="export_events",
        summary="全イベントのファイル出力",
        description="全銘柄の上場イベントを、コード・日付の順に 1 つのファイルで返す。CSV の changes は JSON、succeeded_by と preceded_by は空白区切り。"
        "すべて 1 つの改訂（X-Ledger-Revision）の内容。",
        responses=answer(EXPORT_ANSWER, None, 404),
    )
    @streamed_of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """The file."""
        return self.file(request, "events", EVENT_FIELDS, _events_of)


def _read_in_parts(
    codes: Sequence[str], revision: int, read: Callable[[Sequence[str], int], Rows]
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(codes), _CODES_AT_ONCE):
        with known_at(revision):
            part = read(codes[start : start + _CODES_AT_ONCE], revision)
        yield from part


def _versions_of(codes: Sequence[str], _revision: int) -> Rows:
    """A range says the same as the codes, and is found at once."""
    versions = KnownVersion.objects.filter(code__gte=codes[0], code__lte=codes[-1]).order_by("code", "validity")
    found = zip(versions.values_list("code", flat=True), rows.versions(versions), strict=True)
    return [{"code": code, **version} for code, version in found]


def _events_of(codes: Sequence[str], revision: int) -> Rows:
    list_days, lineage = THEN.list_days(), load_confirmed(revision)
    known = load_known_versions(codes)
    events = [event for code, versions in known for event in derive_events(code, versions, list_days)]
    return tell_official_days([{**event, **lineage.of_event(event)} for event in events], revision)


def _as_cells(row: dict[str, Any]) -> dict[str, Any]:
    """For a file of cells: what has parts as text."""
    codes = {name: " ".join(row[name]) for name in ("succeeded_by", "preceded_by") if row.get(name) is not None}
    return {**row, **codes, "changes": _as_json(row.get("changes"))}


def _as_json(changes: Any) -> str | None:
    return None if changes is None else json.dumps(changes, ensure_ascii=False)
