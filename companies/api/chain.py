"""`/api/v1/ledger`: the chain of revisions, for who wants to prove that today's ledger goes on from the one of a year ago."""

import hashlib
import zlib
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import ApiViewSet
from api.endpoints.errors import ApiError
from api.endpoints.filters import Parameter, StrictFilterSet
from api.endpoints.negotiation import AnyFormat
from api.endpoints.parameters import WholeNumber
from api.endpoints.schema import answer
from api.endpoints.states import REVISION_HEADER
from companies.api import examples
from companies.api.knowledge import LAST_REVISION
from companies.choices import RevisionKind
from companies.known.reading import newest_revision
from companies.ledger.chain_facts import load_facts
from companies.models import LedgerRevision
from database.connections import one_snapshot

_NO_STORE = {"Cache-Control": "no-store"}
# To the byte: JSON, which nobody is to write anew on its way.
_BYTES = "application/octet-stream"


class ChainFilterSet(StrictFilterSet):
    """Which part of the chain."""

    after = Parameter(
        WholeNumber(
            min_value=0,
            max_value=LAST_REVISION,
            default=0,
            help_text="この番号の次の改訂から（前の応答の next）。0 は最初から",
        )
    )
    limit = Parameter(WholeNumber(min_value=1, max_value=1000, default=100, help_text="改訂の最大数"))


class HeadAnswer(serializers.Serializer[Any]):
    """The newest revision that has a hash."""

    revision = serializers.IntegerField(help_text="ハッシュ値のある最新の改訂。0 は、まだない")
    chain = serializers.CharField(
        allow_null=True, help_text="そのハッシュ値（SHA-256、64 桁）。番号とともに控えておくと、あとで照合できる"
    )
    recorded_at = serializers.DateTimeField(allow_null=True, help_text="その改訂が知られるようになった時刻")
    newest = serializers.IntegerField(
        help_text="最新の改訂の番号。revision より大きければ、その間は前の版が書いたもので、次の変更のときにハッシュ値が付く"
    )


class LinkAnswer(serializers.Serializer[Any]):
    """A revision in the chain."""

    revision = serializers.IntegerField()
    chain = serializers.CharField(help_text="この改訂のハッシュ値。link（UTF-8）の SHA-256")
    link = serializers.CharField(
        help_text="ハッシュ値の対象の全文（JSON）。before は前の改訂のハッシュ値、list は一覧とその内容の SHA-256、facts は一覧のほかに記録・取り下げした事実の件数と SHA-256"
    )


class ChainAnswer(serializers.Serializer[Any]):
    """A part of the chain."""

    links = LinkAnswer(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="続きを読むときに after に指定する番号。null は最後まで")
    newest = serializers.IntegerField(help_text="最新の改訂の番号")


class LedgerHeadViewSet(ApiViewSet):
    """Where the chain ends."""

    pagination_class = None
    tag = "history"

    @extend_schema(
        operation_id="get_ledger_head",
        summary="改訂の連鎖の先頭",
        description="各改訂は、その内容と、前の改訂のハッシュ値とから作ったハッシュ値を持つ。番号とハッシュ値を別の場所に控えておくと、それまでの改訂が 1 つも"
        "書き換えられていないことを、あとで /ledger/chain/{revision} か manage.py verify_history --head で確かめられる。",
        responses=answer(HeadAnswer, examples.LEDGER_HEAD),
    )
    def list(self, request: Request) -> HttpResponseBase:
        """The newest one."""
        with one_snapshot():
            newest = newest_revision()
            head = LedgerRevision.objects.exclude(chain=None).order_by("-number").first()
        body = {
            "revision": head.number if head else 0,
            "chain": head.chain if head else None,
            "recorded_at": timezone.localtime(head.recorded_at).isoformat() if head else None,
            "newest": newest,
        }
        return Response(body, headers={**_NO_STORE, REVISION_HEADER: str(newest)})


class LedgerChainViewSet(ApiViewSet):
    """The chain, and what its hashes cover."""

    queryset = LedgerRevision.objects.exclude(chain=None).order_by("number")
    pagination_class = None
    list_filterset = ChainFilterSet
    lookup_url_kwarg, lookup_value_converter = "revision", "int"
    tag = "history"

    @extend_schema(
        operation_id="list_ledger_chain",
        summary="改訂の連鎖",
        description="改訂の番号の順。各行の chain は link の SHA-256 で、link の before は前の行の chain と一致する。",
        responses=answer(ChainAnswer, examples.LEDGER_CHAIN),
    )
    def list(self, request: Request) -> HttpResponseBase:
        """A part of it."""
        after, limit = self.values["after"], self.values["limit"]
        with one_snapshot():
            newest = newest_revision()
            rows = list(
                self.get_queryset().filter(number__gt=after).values_list("number", "chain", "link")[: limit + 1]
            )
        links = [_link(*row) for row in rows[:limit]]
        following = rows[limit - 1][0] if len(rows) > limit else None
        return Response(
            {"links": links, "next": following, "newest": newest}, headers={**_NO_STORE, REVISION_HEADER: str(newest)}
        )

    @extend_schema(
        operation_id="get_ledger_link",
        summary="1 つの改訂のハッシュ値",
        description="その改訂のハッシュ値と、その対象の全文。控えておいた番号とハッシュ値を照合するときに使う。",
        responses=answer(LinkAnswer, examples.LEDGER_LINK),
    )
    def retrieve(self, request: Request, revision: int) -> HttpResponseBase:
        """One of them."""
        found = self._find(revision)
        return Response(_link(found.number, str(found.chain), str(found.link)), headers=_NO_STORE)

    @extend_schema(
        operation_id="get_ledger_rows",
        summary="改訂の一覧の内容",
        description="その改訂で取り込まれた（または取り消された）一覧の、正規形のバイト列（UTF-8 の JSON）。その SHA-256 は、link の list.sha256 と一致する。",
        responses=answer({(200, _BYTES): OpenApiTypes.BINARY}, None, 409),
    )
    @action(detail=True, url_path="rows", content_negotiation_class=AnyFormat)
    def rows(self, request: Request, revision: int) -> HttpResponseBase:
        """The bytes that the SHA-256 of the list is of."""
        found = self._find(revision)
        came = found.entry or found.issuer_list
        if came is None:
            raise _not_found(gettext("改訂 {number} は、一覧によるものではありません。"), revision)
        try:
            canonical = zlib.decompress(came.rows)
        except zlib.error as error:
            message = gettext("改訂 {number} の一覧は破損しています。バックアップから復元してください。")
            raise ApiError(409, "LIST_DAMAGED", message.format(number=revision), details={}) from error
        return _file(request, canonical, _BYTES, found)

    @extend_schema(
        operation_id="get_ledger_facts",
        summary="改訂の事実の内容",
        description="一覧のほかにその改訂が記録・取り下げした事実（公式の日、識別子、発行体、承継、一覧の取消の理由）の、正規形のバイト列（1 行に 1 件の JSON）。"
        "その SHA-256 は、link の facts.sha256 と一致する。事実のない改訂では空。",
        responses=answer({(200, _BYTES): OpenApiTypes.BINARY}),
    )
    @action(detail=True, url_path="facts", content_negotiation_class=AnyFormat)
    def facts(self, request: Request, revision: int) -> HttpResponseBase:
        """The bytes that the SHA-256 of the facts is of."""
        found = self._find(revision)
        rebuilt = [revision] if found.kind == RevisionKind.REBUILT else []
        lines = load_facts(revision - 1, revision, rebuilt).get(revision, b"")
        return _file(request, lines, _BYTES, found)

    def _find(self, revision: int) -> LedgerRevision:
        """Raises the API's 404."""
        found: LedgerRevision | None = None
        if 0 < revision <= LAST_REVISION:
            found = self.get_queryset().filter(number=revision).first()
        if found is None:
            raise _not_found(gettext("改訂 {number} は、連鎖の中にありません。"), revision)
        return found


def _link(number: int, chain: str, link: str) -> dict[str, Any]:
    return {"revision": number, "chain": chain, "link": link}


def _file(request: Request, content: bytes, content_type: str, revision: LedgerRevision) -> HttpResponseBase:
    """What never changes; 304 for who has it already."""
    response = HttpResponse(content, content_type=content_type, headers={"Cache-Control": "private, no-cache"})
    etag, changed = f'"{hashlib.sha256(content).hexdigest()}"', int(revision.recorded_at.timestamp())
    response.headers["ETag"], response.headers["Last-Modified"] = etag, http_date(changed)
    return get_conditional_response(request, etag, changed, response) or response


def _not_found(message: str, revision: int) -> ApiError:
    return ApiError(404, "NOT_FOUND", message.format(number=revision), details={})
