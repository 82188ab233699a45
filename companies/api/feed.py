"""`GET /api/v1/feed`: the stream of revisions, for systems that keep a copy of the history."""

from typing import Any
from urllib.parse import quote, urlencode

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import ApiViewSet
from api.endpoints.errors import ApiError
from api.endpoints.filters import Parameter, StrictFilterSet
from api.endpoints.hold import HOLD, LONGEST_SECONDS
from api.endpoints.pagination import query_pairs
from api.endpoints.parameters import WholeNumber
from api.endpoints.schema import answer
from api.endpoints.states import REVISION_HEADER
from companies.api import examples
from companies.api.pages import NOT_A_PLACE
from companies.api.serializers import EventAnswer, tracked_fields
from companies.choices import RevisionKind, SnapshotSource
from companies.feed.pages import FeedPart, read_feed
from companies.feed.position import PATTERN, Position, PositionLost, current_epoch
from companies.known.reading import newest_revision
from companies.models import LedgerRevision
from database.connections import one_snapshot

_EDINET = ("edinet", "EDINET")


class FeedFilterSet(StrictFilterSet):
    """Where to go on, and how much to answer."""

    after = Parameter(
        serializers.RegexField(
            PATTERN,
            default="0",
            error_messages={"invalid": NOT_A_PLACE},
            help_text="前の応答の next。0 は最初から。改訂の番号も指定できる（その次の改訂から）",
        )
    )
    limit = Parameter(WholeNumber(min_value=1, max_value=1000, default=100, help_text="改訂の最大数"))
    rows = Parameter(
        WholeNumber(
            min_value=1, max_value=10_000, default=5000,
            help_text="版とイベントの最大数。これを超える改訂は is_complete=false となり、続きは next から",
        )
    )  # fmt: skip
    wait = Parameter(
        WholeNumber(
            min_value=0, max_value=int(LONGEST_SECONDS), default=0,
            help_text="新しい改訂がないとき、現れるまで応答を待つ秒数",
        )
    )  # fmt: skip


class VersionNameAnswer(serializers.Serializer[Any]):
    """What names a version."""

    code = serializers.CharField()
    valid_from = serializers.DateField()


class RecordedVersionAnswer(VersionNameAnswer):
    """A version."""

    valid_until = serializers.DateField(allow_null=True, help_text="この日の前日まで。null は現在も有効")

    def get_fields(self) -> dict[str, Any]:
        """And the state."""
        return super().get_fields() | tracked_fields()


class EventChangesAnswer(serializers.Serializer[Any]):
    """Events."""

    appeared = EventAnswer(many=True)
    disappeared = EventAnswer(many=True)


class FactAnswer(serializers.Serializer[Any]):
    """A fact beside the lists. Which fields there are depends on `about`; one that is taken back is told whole."""

    about = serializers.ChoiceField(
        ["issuer", "official_date", "identifier", "succession"],
        help_text="issuer: 銘柄の発行体、official_date: 公式の上場日・廃止日、identifier: 識別子、succession: 確認された承継",
    )

    def get_fields(self) -> dict[str, Any]:
        """With those of all kinds."""
        texts = (
            "code", "edinet_code", "company_name_kana", "name_english", "corporate_number", "fiscal_year_end", "kind", "reason",
            "scheme", "value", "predecessor", "successor",
        )  # fmt: skip
        days = ("valid_from", "valid_until", "date")
        return {
            **super().get_fields(),
            **{name: serializers.CharField(required=False, allow_null=True) for name in texts},
            **{name: serializers.DateField(required=False, allow_null=True) for name in days},
        }


class FactChangesAnswer(serializers.Serializer[Any]):
    """Facts."""

    withdrawn = FactAnswer(many=True)
    recorded = FactAnswer(many=True)


class RevisionAnswer(serializers.Serializer[Any]):
    """One revision: first withdraw, then record."""

    revision = serializers.IntegerField()
    recorded_at = serializers.DateTimeField(help_text="この改訂が知られるようになった時刻")
    kind = serializers.ChoiceField(RevisionKind.choices)
    source = serializers.ChoiceField(  # type: ignore[assignment] # a field of that name
        [*SnapshotSource.choices, _EDINET], allow_null=True, help_text="一覧のデータソース。null は一覧によらない改訂"
    )
    date_in_force = serializers.DateField(allow_null=True, help_text="一覧の基準日")
    day = serializers.DateField(
        allow_null=True,
        help_text="この改訂から、日を指定しない応答が示す日（日本時間）。これより後の基準日の一覧は、その日になると kind=in_force の改訂で反映される。"
        "null は、この項目がなかった版の改訂",
    )
    chain = serializers.CharField(
        allow_null=True,
        help_text="この改訂とそれまでのすべての改訂の内容を覆うハッシュ値（/ledger/chain）。null は、前の版が書いた最新の改訂で、次の変更のときに付く",
    )
    withdrawn = VersionNameAnswer(many=True, help_text="取り下げる版。recorded より先に適用する")
    recorded = RecordedVersionAnswer(many=True, help_text="記録する版")
    events = EventChangesAnswer(help_text="現れたイベントと消えたイベント")
    facts = FactChangesAnswer(
        help_text="一覧のほかに知られていること（発行体、公式の日、識別子、承継）の変化。withdrawn を先に適用する"
    )
    is_complete = serializers.BooleanField(help_text="false は、同じ改訂の続きが next にある")


class FeedAnswer(serializers.Serializer[Any]):
    """A page of the stream."""

    revisions = RevisionAnswer(many=True)
    next = serializers.CharField(help_text="続きを読むときに after に指定する値。中身に意味はない")
    newest = serializers.IntegerField(help_text="最新の改訂の番号")
    epoch = serializers.CharField(help_text="改訂の系列。変わったときは手元の内容を捨てて after=0 から読み直す")


class FeedViewSet(ApiViewSet):
    """The stream."""

    filterset_class = FeedFilterSet
    pagination_class = None
    tag = "history"

    @extend_schema(
        operation_id="read_feed",
        summary="変化の配信",
        description="履歴の変化を改訂の順に返す。最初から順に withdrawn を消し recorded を加えると、全銘柄の全期間の版と一致する。"
        "バックアップから復元されて続きを読めないときは 409 EPOCH_CHANGED を返す。wait を指定すると、新しい改訂が現れるまで応答を待つ。",
        responses=answer(FeedAnswer, examples.FEED, 409),
    )
    def list(self, request: Request) -> HttpResponseBase:
        """The next revisions after a position."""
        values = self.values
        with one_snapshot():
            newest, epoch = newest_revision(), current_epoch()
            try:
                position = Position.read(values["after"])
            except PositionLost as lost:
                raise _epoch_changed(epoch, newest) from lost
            parts, following = read_feed(position, newest, limit=values["limit"], rows=values["rows"])
            next_position = following.write()
        hold = request.META.get(HOLD)
        if not parts and values["wait"] and hold is not None:
            hold.until_newer_than(newest, values["wait"])
        body = {
            "revisions": [_revision(part) for part in parts], "next": next_position, "newest": newest, "epoch": epoch,
        }  # fmt: skip
        others = [(name, value) for name, value in query_pairs(request) if name != "after"]
        link = f'<{quote(request.path)}?{urlencode([*others, ("after", next_position)])}>; rel="next"'
        headers = {"Link": link, REVISION_HEADER: str(newest), "Cache-Control": "no-store"}
        return Response(body, headers=headers)


def _epoch_changed(epoch: str, newest: int) -> ApiError:
    """409: what the follower has read is not what came before."""
    message = gettext(
        "after の改訂は、この系列にありません。データベースが復元されています。手元の内容を捨てて、after=0 から読み直してください。"
    )
    return ApiError(409, "EPOCH_CHANGED", message, details={"after": message, "epoch": epoch, "newest": newest})


def _revision(part: FeedPart) -> dict[str, Any]:
    revision: LedgerRevision = part.changes.revision
    entry, issuer_list = revision.entry, revision.issuer_list
    came = entry or issuer_list
    source = entry.source if entry else _EDINET[0] if issuer_list else None
    return {
        "revision": revision.number,
        "recorded_at": timezone.localtime(revision.recorded_at).isoformat(),
        "kind": revision.kind,
        "source": source,
        "date_in_force": came and came.date_in_force,
        "day": revision.day,
        "chain": revision.chain,
        "withdrawn": part.changes.withdrawn,
        "recorded": part.changes.recorded,
        "events": {"appeared": part.changes.appeared, "disappeared": part.changes.disappeared},
        "facts": {"withdrawn": part.changes.facts_withdrawn, "recorded": part.changes.facts_recorded},
        "is_complete": part.is_complete,
    }
