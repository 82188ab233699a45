"""What opens a destination, and is shown once: secrets, addresses of feeds, codes that came by mail."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.schema import answer
from subscriptions.api import examples, serializers
from subscriptions.api.errors import conflict, errors_by_field
from subscriptions.api.own_viewset import OwnViewSet
from subscriptions.choices import Channel, DeliveryStatus, DestinationStatus
from subscriptions.destinations.feeds import feed_address, renew_token
from subscriptions.destinations.mail_addresses import confirm, send_code_again
from subscriptions.destinations.secrets import old_secret_ends_at, rotate_secret
from subscriptions.models import Delivery, Destination


def _with_waiting(destinations: QuerySet[Destination]) -> QuerySet[Destination]:
    """By the index of what waits, not through thirty days of deliveries."""
    waiting = Delivery.objects.filter(destination=OuterRef("pk"), status=DeliveryStatus.WAITING).order_by()
    counted = waiting.values("destination").annotate(count=Count("pk")).values("count")
    return destinations.annotate(waiting=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


class OpenedOnceViewSet(OwnViewSet):
    """Destinations, by what opens them."""

    queryset = _with_waiting(Destination.objects.select_related("owner", "api_key__created_by"))

    @extend_schema(
        operation_id="rotate_destination_secret",
        summary="署名の鍵の交換",
        description="新しい鍵を作る。24 時間は前の鍵でも署名するので、その間に受信側を切り替える。",
        request=None,
        responses=answer(serializers.SecretAnswer, examples.SECRET, 409),
    )
    @action(detail=True, methods=["post"])
    @sensitive_variables("secret")
    def secret(self, request: Request, destination_id: int) -> Response:
        """A new one, shown this once."""
        self.read_body(request)
        destination = self.of_channel(destination_id, Channel.WEBHOOK)
        secret = rotate_secret(destination)
        told = {"secret": secret, "previous_until": old_secret_ends_at(destination)}
        return Response(serializers.SecretAnswer(told).data)

    @extend_schema(
        operation_id="renew_destination_token",
        summary="Atom フィードの URL の作り直し",
        description="前の URL はすぐに使えなくなる。",
        request=None,
        responses=answer(serializers.FeedAddressAnswer, examples.FEED_ADDRESS, 409),
    )
    @action(detail=True, methods=["post"])
    @sensitive_variables("token")
    def token(self, request: Request, destination_id: int) -> Response:
        """A new one, shown this once."""
        self.read_body(request)
        token = renew_token(self.of_channel(destination_id, Channel.ATOM))
        return Response({"feed_url": feed_address(request, token)})

    @extend_schema(
        operation_id="confirm_destination",
        summary="メールアドレスの確認",
        description="届いた確認コードを送ると有効になる。すでに有効なら何も変わらない。",
        request=serializers.ConfirmParameters,
        responses=answer(serializers.DestinationAnswer, examples.MAIL_DESTINATION, 409),
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, destination_id: int) -> Response:
        """Somebody read what was sent there."""
        destination = self.of_channel(destination_id, Channel.MAIL)
        code = self.read_body(request)["code"]
        if destination.status == DestinationStatus.UNCONFIRMED:
            with errors_by_field():
                confirm(destination, code)
        return self.told(destination_id)

    @extend_schema(
        operation_id="resend_destination_code",
        summary="確認コードの再送",
        request=None,
        responses=answer(serializers.DestinationAnswer, examples.MAIL_DESTINATION, 409),
    )
    @action(detail=True, methods=["post"])
    def code(self, request: Request, destination_id: int) -> Response:
        """Another code by mail."""
        self.read_body(request)
        destination = self.of_channel(destination_id, Channel.MAIL)
        if destination.status != DestinationStatus.UNCONFIRMED:
            raise conflict(
                "ALREADY_CONFIRMED", gettext("このアドレスはもう確認されています。"), status=destination.status
            )
        with errors_by_field():
            send_code_again(destination)
        return self.told(destination_id)

    def of_channel(self, pk: int, channel: Channel) -> Destination:
        """The row, for what only one channel has. Raises the API's 404 and 409."""
        destination: Destination = self.find(pk)
        if destination.channel != channel:
            message = gettext("この操作は、方法が {channel} の通知先だけのものです。").format(channel=channel.value)
            raise conflict("OTHER_CHANNEL", message, id=pk)
        return destination

    def told(self, pk: int) -> Response:
        """A destination as it stands now."""
        return Response(serializers.DestinationAnswer(self.find(pk)).data)
