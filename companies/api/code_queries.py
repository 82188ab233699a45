"""`POST /api/v1/companies/query`: the companies of a long list of codes, in its order. It reads, and may be sent again at will."""

import json
from collections import Counter
from datetime import datetime
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from api.endpoints.data_views import ApiViewSet, built_answer
from api.endpoints.parameters import Day, StrictSerializer, WholeNumber
from api.endpoints.schema import answer
from api.endpoints.states import HEADER, PATTERN, REVISION_HEADER
from api.front.cached_routes import Built
from companies.api import examples
from companies.api.field_filters import FIELDS_HELP
from companies.api.knowledge import LAST_REVISION, RevisionOrInstant, asked_revision, found_revision, refuse_both
from companies.api.requests import universe_of
from companies.api.rows import COMPANY_FIELDS
from companies.api.serializers import CompanyAnswer
from companies.api.universe import Universe
from companies.code_notation import find_code
from companies.models import Company

MOST_CODES = 5000
#: Of a list that is nothing but mistakes the first say enough.
_MOST_PROBLEMS = 100
_SHOWN_LETTERS = 30


class Codes(serializers.ListField):
    """Securities codes in any notation of `companies.code_notation`, as they are stored."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(), min_length=1, max_length=MOST_CODES, **options)

    def to_internal_value(self, data: Any) -> Any:
        """The codes, in the same order. Raises `ValidationError` that tells the place of each that is none."""
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if not 1 <= len(data) <= MOST_CODES:
            raise serializers.ValidationError(
                gettext("1〜{most} 個のコードを指定してください。").format(most=MOST_CODES)
            )
        codes = [None if isinstance(text, bool | list | dict | None) else find_code(str(text)) for text in data]
        wrong = [place for place, code in enumerate(codes) if code is None]
        if wrong:
            message = gettext("「{text}」を銘柄コードとして読めません。")
            told: Any = {place: [message.format(text=_shown(data[place]))] for place in wrong[:_MOST_PROBLEMS]}
            raise serializers.ValidationError(told)
        return codes


def _shown(text: Any) -> str:
    return (text if isinstance(text, str) else json.dumps(text, ensure_ascii=False))[:_SHOWN_LETTERS]


class QueryParameters(StrictSerializer):
    """Which companies, as of when and as known when, and what is told of them."""

    codes = Codes(help_text=f"銘柄コード（{MOST_CODES:,} 個まで。7203.T、TYO:7203、全角などの書き方も可）")
    as_of = Day(required=False, help_text="この日の時点の内容（YYYY-MM-DD）。その日に上場していない銘柄は not_found")
    known_at = RevisionOrInstant(
        required=False, help_text="この時点で知られていた内容（改訂の番号、または ISO 8601 の日時）"
    )
    revision = WholeNumber(
        required=False,
        min_value=0,
        max_value=LAST_REVISION,
        help_text=f"この番号の改訂の内容（前の応答の {REVISION_HEADER}）",
    )
    state = serializers.RegexField(
        f"^{PATTERN}$",
        required=False,
        help_text=f"前の応答の {HEADER}。データがその時点から変わっていれば 409 STATE_CHANGED",
    )

    def get_fields(self) -> dict[str, Any]:
        """`fields` is a word of REST framework's."""
        names = serializers.ListField(
            child=serializers.ChoiceField(COMPANY_FIELDS), required=False, min_length=1, max_length=len(COMPANY_FIELDS),
            help_text=FIELDS_HELP.replace("（コンマ区切り）", ""),
        )  # fmt: skip
        return {**super().get_fields(), "fields": names}

    def validate(self, values: Any) -> Any:
        """One of both at most."""
        refuse_both(values)
        return values


class QueryAnswer(serializers.Serializer[Any]):
    """The companies, in the order in which they were asked for."""

    companies = CompanyAnswer(many=True)
    total = serializers.IntegerField(help_text="companies の数")
    not_found = serializers.ListField(child=serializers.CharField(), help_text="見つからないコード（保存される形で）")
    duplicates = serializers.ListField(
        child=serializers.CharField(),
        help_text="2 回以上指定されたコード（書き方が違うものを含む）。最初の位置で 1 回だけ返す",
    )


class CompanyQueryViewSet(ApiViewSet):
    """Companies by a list of codes that no address has room for."""

    queryset = Company.objects.all()
    serializer_class = QueryParameters
    reading_actions: ClassVar[frozenset[str]] = frozenset({"query"})
    tag = "companies"

    @extend_schema(
        operation_id="query_companies",
        summary="コードの一覧による銘柄",
        description="codes の銘柄を、指定した順に返す。上場廃止の銘柄も返す。読み取りだけなので、何度送ってもよい（Idempotency-Key は要らない）。"
        "読めないコードがあれば 400 で、何番目かを示す。",
        request=QueryParameters,
        responses=answer(QueryAnswer, examples.QUERY, 404, 409),
    )
    def query(self, request: Request) -> HttpResponseBase:
        """The companies that there are, and which codes nobody has."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(body.validated_data)
        asked = asked_revision(values)
        revision = found_revision(asked) if isinstance(asked, datetime) else asked
        universe = universe_of(request, values.get("state"), as_of=values.get("as_of"), revision=revision)
        return built_answer(_told(universe, values), is_kept=False)


def _told(universe: Universe, values: dict[str, Any]) -> Built:
    counts = Counter(values["codes"])
    places = {code: universe.place_of(code) for code in counts}
    found = [place for place in places.values() if place is not None]
    asked = set(values.get("fields", COMPANY_FIELDS)) | {"code"}
    fields = tuple(name for name in COMPANY_FIELDS if name in asked) if "fields" in values else None
    beside = {
        "total": len(found), "not_found": [code for code, place in places.items() if place is None],
        "duplicates": [code for code, count in counts.items() if count > 1],
    }  # fmt: skip
    rest = json.dumps(beside, separators=(",", ":"))[1:].encode()
    body = b'{"companies":[%b],%b' % (universe.join(found, fields), rest)
    return Built(body, universe.state, revision=str(universe.revision))
