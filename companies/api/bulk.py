"""The whole history, and all events, as one file of one revision: for who loads everything at once, or in parts side by side."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from api.endpoints.data_views import streamed_of_one_state
from api.endpoints.fields import Fields
from api.endpoints.filters import Comparison, ParameterList
from api.endpoints.negotiation import AnyFormat
from api.endpoints.parameters import Choice, Word
from api.endpoints.schema import answer
from companies.api import rows
from companies.api.exports import ExportFile, export_answer, format_parameter
from companies.api.field_filters import FIELDS_HELP
from companies.api.file_columns import columns_of
from companies.api.filters import AnyOfCodes, PeriodFilterSet, SecuritiesCode
from companies.api.knowledge import KnowledgeFilterSet, LedgerViewSet, check_revision, revision_not_found
from companies.api.manifests import EXPORT_ANSWER
from companies.api.serializers import EventAnswer, VersionAnswer
from companies.apps import COMPANIES
from companies.choices import EventType
from companies.columns import Column
from companies.errors import RevisionNotFound
from companies.events.derivation import derive_events
from companies.events.official import tell_official_days
from companies.fields import FIELD_BY_NAME
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


class BulkFilterSet(KnowledgeFilterSet):
    """Which file, and which companies are in it."""

    format = format_parameter()
    code = AnyOfCodes(method="of_codes")
    after_code = Comparison(
        SecuritiesCode(required=False),
        "code",
        lookup_expr="gt",
        help_text="このコードより後の銘柄から（途切れた取得の続き）",
    )
    until_code = Comparison(SecuritiesCode(required=False), "code", lookup_expr="lte", help_text="このコードの銘柄まで")

    def of_codes(self, versions: Any, _name: str, codes: list[str]) -> Any:
        """Theirs."""
        return versions.filter(code__in=codes)

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A range runs forwards."""
        values = super().check(values)
        if "after_code" in values and values.get("until_code", "ZZZZZ") <= values["after_code"]:
            message = gettext("after_code より後のコードにしてください。")
            raise serializers.ValidationError({"until_code": [message]})
        return values


class HistoryFileFilterSet(BulkFilterSet):
    """And which columns."""

    fields = Fields(
        VERSION_FIELDS, always=("code", *rows.DAYS_OF_VERSION), help_text=f"valid_from と valid_until は常に含む。{FIELDS_HELP}"
    )  # fmt: skip


class EventFileFilterSet(BulkFilterSet, PeriodFilterSet):
    """Which events are in it, as in the list of events, and which columns."""

    type = ParameterList(Choice(EventType.values), help_text="種別")
    market_code = ParameterList(Word(FIELD_BY_NAME["market_code"].asked_as), help_text="当時の市場区分コード")
    fields = Fields(EVENT_FIELDS, help_text=FIELDS_HELP)


class CompanyVersionAnswer(VersionAnswer):
    """A line of the file of all versions."""

    code = serializers.CharField()


class BulkViewSet(LedgerViewSet):
    """A file of one revision, by code; it is read part by part, whatever comes in meanwhile."""

    family = COMPANIES
    filterset_class = BulkFilterSet
    pagination_class = None
    content_negotiation_class = AnyFormat
    tag = "history"

    def file(
        self, request: Request, name: str, columns: Sequence[Column], read: Callable[[Sequence[str], int], Rows]
    ) -> HttpResponseBase:
        """The rows that `read` has of some companies, one after the other."""
        newest = newest_revision()
        try:
            revision = newest if self.asked is None else check_revision(self.asked, newest)
        except RevisionNotFound as error:
            raise revision_not_found(error) from error
        found = _read_in_parts(self._codes(revision), revision, read)
        file = ExportFile(
            name=f"{name}_{revision}", columns=columns, revision=revision, state=self.state, pin=("revision", str(revision))
        )  # fmt: skip
        return export_answer(request, found, self.values["format"], file)

    def columns(self, row: type[serializers.Serializer[Any]], names: Sequence[str]) -> Sequence[Column]:
        """Those that are asked for."""
        return columns_of(row, self.values.get("fields", names))

    def _codes(self, revision: int) -> list[str]:
        """Of the companies that were known and are asked for."""
        with known_at(revision):
            versions = self.filter_queryset(KnownVersion.objects.order_by("code"))
            return list(versions.values_list("code", flat=True).distinct())


class HistoryExportViewSet(BulkViewSet):
    """All versions of all companies."""

    filterset_class = HistoryFileFilterSet

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
        return self.file(request, "history", self.columns(CompanyVersionAnswer, VERSION_FIELDS), _versions_of)


class EventExportViewSet(BulkViewSet):
    """All events of all companies."""

    filterset_class = EventFileFilterSet

    @extend_schema(
        operation_id="export_events",
        summary="全イベントのファイル出力",
        description="上場イベントを、コード・日付の順に 1 つのファイルで返す。CSV と XLSX の changes は JSON、succeeded_by と preceded_by は空白区切り。"
        "すべて 1 つの改訂（X-Ledger-Revision）の内容。",
        responses=answer(EXPORT_ANSWER, None, 404),
    )
    @streamed_of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """The file."""
        values = self.values

        def read(codes: Sequence[str], revision: int) -> Rows:
            return [event for event in _events_of(codes, revision) if _is_asked_for(event, values)]

        return self.file(request, "events", self.columns(EventAnswer, EVENT_FIELDS), read)


def _read_in_parts(
    codes: Sequence[str], revision: int, read: Callable[[Sequence[str], int], Rows]
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(codes), _CODES_AT_ONCE):
        with known_at(revision):
            part = read(codes[start : start + _CODES_AT_ONCE], revision)
        yield from part


def _versions_of(codes: Sequence[str], _revision: int) -> Rows:
    """The range says the same, where no codes were asked for, and is found at once."""
    versions = KnownVersion.objects.filter(code__gte=codes[0], code__lte=codes[-1], code__in=codes).order_by(
        "code", "validity"
    )
    found = zip(versions.values_list("code", flat=True), rows.versions(versions), strict=True)
    return [{"code": code, **version} for code, version in found]


def _events_of(codes: Sequence[str], revision: int) -> Rows:
    list_days, lineage = THEN.list_days(), load_confirmed(revision)
    known = load_known_versions(codes)
    events = [event for code, versions in known for event in derive_events(code, versions, list_days)]
    return tell_official_days([{**event, **lineage.of_event(event)} for event in events], revision)


def _is_asked_for(event: dict[str, Any], values: dict[str, Any]) -> bool:
    """By the filters of the list of events."""
    first, last = values.get("from", date.min), values.get("to", date.max)
    return first <= event["date"] <= last and all(
        event[name] in values.get(name, (event[name],)) for name in ("type", "market_code")
    )
