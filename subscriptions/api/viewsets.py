"""Where something is told to."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as rest
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.schema import answer
from subscriptions.api import examples, serializers
from subscriptions.api.delivery_rows import delivery_row, find_delivery
from subscriptions.api.destination_keys import OpenedOnceViewSet
from subscriptions.api.errors import conflict, errors_by_field, name_given_once
from subscriptions.api.filters import DestinationFilterSet
from subscriptions.api.making import ADDRESS_NAMES, make_destination
from subscriptions.choices import Channel, DestinationStatus
from subscriptions.deliveries.resending import send_range_again
from subscriptions.destinations.feeds import feed_address
from subscriptions.destinations.making import change_address
from subscriptions.destinations.states import pause, resume
from subscriptions.destinations.trial import send_test
from subscriptions.models import Destination


class DestinationViewSet(OpenedOnceViewSet):
    """Destinations."""

    list_filterset = DestinationFilterSet
    lookup_url_kwarg = "destination_id"
    bodies: ClassVar[dict[str, Any]] = {
        "create": serializers.MakeDestinationParameters, "partial_update": serializers.ChangeDestinationParameters,
        "resume": serializers.ResumeParameters, "confirm": serializers.ConfirmParameters, "replay": serializers.ReplayParameters,
    }  # fmt: skip

    @extend_schema(
        operation_id="list_destinations",
        summary="通知先の一覧",
        description="API キーでは、そのキーで作った通知先だけが見える。",
        responses=answer(serializers.DestinationListAnswer, examples.DESTINATIONS),
    )
    def list(self, request: Request) -> Response:
        """Those in the actor's hands, by name."""
        return self.paged("destinations", serializers.DestinationAnswer)

    @extend_schema(
        operation_id="create_destination",
        summary="通知先の作成",
        description="webhook の署名の鍵（secret）と atom の URL（feed_url）は、この応答にだけある。mail は確認コードが届くまで何も送らない（confirm）。"
        "同じ名前がもうあれば 409 NAME_TAKEN（details の id は、自分のものであればその ID）。",
        request=serializers.MakeDestinationParameters,
        responses=answer(serializers.MadeDestinationAnswer, examples.MADE_DESTINATION, 409, status=201),
    )
    @sensitive_variables()
    def create(self, request: Request) -> Response:
        """One more."""
        made = make_destination(self.actor, self.read_body(request))
        told = serializers.DestinationAnswer(self.find(made.destination.pk)).data
        url = None if made.feed_token is None else feed_address(request, made.feed_token)
        return Response({**told, "secret": made.secret, "feed_url": url}, status=201)

    @extend_schema(
        operation_id="get_destination",
        summary="通知先 1 件",
        responses=answer(serializers.DestinationAnswer, examples.DESTINATION),
    )
    def retrieve(self, request: Request, destination_id: int) -> Response:
        """How it stands."""
        return self.told(destination_id)

    @extend_schema(
        operation_id="update_destination",
        summary="通知先の変更",
        description="指定した項目だけを変える。address は webhook だけが変えられ、待っているものはすぐに新しい URL へ送る。",
        request=serializers.ChangeDestinationParameters,
        responses=answer(serializers.DestinationAnswer, examples.DESTINATION, 409),
    )
    @sensitive_variables("values")
    def partial_update(self, request: Request, destination_id: int) -> Response:
        """All of it or nothing."""
        destination, values = self.find(destination_id), self.read_body(request)
        if "address" in values and destination.channel != Channel.WEBHOOK:
            message = gettext(
                "この方法の宛先は変えられません。新しい通知先を作り、購読の destination を変えてください。"
            )
            raise rest.ValidationError({"address": [message]})
        name = values.get("name", destination.name)
        with (
            errors_by_field(ADDRESS_NAMES),
            name_given_once(self.actor, Destination, name, but=destination.pk),
            transaction.atomic(),
        ):
            if "address" in values:
                change_address(destination, values["address"])
            if described := {field: values[field] for field in ("name", "language") if field in values}:
                Destination.objects.filter(pk=destination.pk).update(**described)
        return self.told(destination_id)

    @extend_schema(
        operation_id="delete_destination",
        summary="通知先の削除",
        description="その購読と配信の記録も消える。送信待ちのものは送られない。",
        request=None,
        responses={204: None},
    )
    def destroy(self, request: Request, destination_id: int) -> Response:
        """With its subscriptions and deliveries."""
        self.find(destination_id).delete()
        return Response(status=204)

    @extend_schema(
        operation_id="test_destination",
        summary="テスト送信",
        description="ほかの知らせと同じ道を通る。送信待ちのものがあれば、その後に送る。結果は配信で確かめる。",
        request=None,
        responses=answer(serializers.DeliveryAnswer, examples.DELIVERY, 409, status=201),
    )
    @action(detail=True, methods=["post"])
    def test(self, request: Request, destination_id: int) -> Response:
        """A delivery that says nothing."""
        self.read_body(request)
        destination = self.find(destination_id)
        try:
            delivery = send_test(destination)
        except ValidationError as error:
            raise conflict("NOTHING_IS_SENT", " ".join(error.messages), status=destination.status) from error
        return Response(delivery_row(find_delivery(self.actor, delivery.pk)), status=201)

    @extend_schema(
        operation_id="pause_destination",
        summary="通知先の停止",
        description="知らせることは待つ（30 日まで）。すでに停止していれば何も変わらない。",
        request=None,
        responses=answer(serializers.DestinationAnswer, examples.DESTINATION, 409),
    )
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, destination_id: int) -> Response:
        """Send nothing until it is resumed."""
        self.read_body(request)
        destination = self.find(destination_id)
        if not pause(destination) and destination.status != DestinationStatus.PAUSED:
            raise conflict(
                "DESTINATION_NOT_ACTIVE", gettext("この通知先は有効ではありません。"), status=destination.status
            )
        return self.told(destination_id)

    @extend_schema(
        operation_id="resume_destination",
        summary="通知先の再開",
        description="待っているものから順に送る。skip_waiting が true なら、待っているものは送らない。受信側が 410 で終了したものも再開できる。"
        "すでに有効なら何も変わらない。",
        request=serializers.ResumeParameters,
        responses=answer(serializers.DestinationAnswer, examples.DESTINATION, 409),
    )
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, destination_id: int) -> Response:
        """Go on."""
        skip_waiting = self.read_body(request)["skip_waiting"]
        destination = self.find(destination_id)
        if not resume(destination, skip_waiting=skip_waiting):
            if destination.status == DestinationStatus.UNCONFIRMED:
                message = gettext(
                    "メールアドレスがまだ確認されていません。届いた確認コードを confirm で送ってください。"
                )
                raise conflict("DESTINATION_NOT_CONFIRMED", message, status=destination.status)
            if skip_waiting:
                message = gettext(
                    "停止していないため、待っているものを除けません。先に停止するか、配信ごとに skip してください。"
                )
                raise conflict("DESTINATION_NOT_PAUSED", message, status=destination.status)
        return self.told(destination_id)

    @extend_schema(
        operation_id="replay_destination",
        summary="期間の再送",
        description="期間に作成された配信を、元の順にもう一度送る。同じメッセージは 1 回、ID は元のまま。送信待ちのものは除く。",
        request=serializers.ReplayParameters,
        responses=answer(serializers.ReplayAnswer, examples.REPLAY),
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, destination_id: int) -> Response:
        """What was told in a time, once more."""
        destination, values = self.find(destination_id), self.read_body(request)
        count = send_range_again(destination, values["since"], values.get("until") or timezone.now())
        return Response({"deliveries": count})
