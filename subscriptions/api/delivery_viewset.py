"""What went out, and what waits."""

from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.pagination import query_pairs
from api.endpoints.schema import answer
from subscriptions.api import examples, serializers
from subscriptions.api.delivery_rows import deliveries_of, delivery_detail, delivery_row, delivery_rows, find_delivery
from subscriptions.api.errors import conflict, not_found
from subscriptions.api.filters import DeliveryFilterSet
from subscriptions.api.own_viewset import OwnViewSet
from subscriptions.choices import DeliveryStatus
from subscriptions.deliveries.resending import send_again, skip
from subscriptions.models import Delivery, Destination


class DeliveryViewSet(OwnViewSet):
    """Deliveries, kept for 30 days."""

    queryset = Delivery.objects.all()
    list_filterset = DeliveryFilterSet
    pagination_class = None
    lookup_url_kwarg = "delivery_id"

    def right_for(self, method: str) -> str:
        """Who may change a destination decides on what goes there."""
        return "subscriptions.view_delivery" if method in SAFE_METHODS else "subscriptions.change_destination"

    def get_queryset(self) -> QuerySet[Any]:
        """To destinations in the actor's hands, without contents."""
        return deliveries_of(self.actor).defer("message__content")

    @extend_schema(
        operation_id="list_deliveries",
        summary="配信の一覧",
        description="新しい順、30 日分。続き（より古いもの）は next を after に指定する。",
        responses=answer(serializers.DeliveryListAnswer, examples.DELIVERIES, 404),
    )
    def list(self, request: Request) -> Response:
        """A page."""
        destination = self.values.get("destination")
        destinations = self.actor.in_hands(Destination.objects.all())
        if destination is not None and not destinations.filter(pk=destination).exists():
            raise not_found(Destination, destination)
        limit = self.values["limit"]
        found = list(self.filter_queryset(self.get_queryset()).order_by("-id")[: limit + 1])
        page = found[:limit]
        following = str(page[-1].pk) if len(found) > limit else None
        headers = {}
        if following is not None:
            others = [(name, value) for name, value in query_pairs(request) if name != "after"]
            headers["Link"] = f'<{quote(request.path)}?{urlencode([*others, ("after", following)])}>; rel="next"'
        return Response({"deliveries": delivery_rows(page), "next": following}, headers=headers)

    @extend_schema(
        operation_id="get_delivery",
        summary="配信 1 件",
        responses=answer(serializers.DeliveryDetailAnswer, examples.DELIVERY_DETAIL),
    )
    def retrieve(self, request: Request, delivery_id: int) -> Response:
        """With what it says."""
        return Response(delivery_detail(find_delivery(self.actor, delivery_id)))

    @extend_schema(
        operation_id="send_delivery_again",
        summary="配信の再送",
        description="同じ内容を同じ ID（webhook_id）で、待っているものの後にもう一度送る。送信待ちのものはすぐに試し、増やさない。",
        request=None,
        responses=answer(serializers.DeliveryAnswer, examples.DELIVERY, status=201),
    )
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, delivery_id: int) -> Response:
        """Once more."""
        self.read_body(request)
        again = send_again(find_delivery(self.actor, delivery_id))
        return Response(delivery_row(find_delivery(self.actor, again.pk)), status=201)

    @extend_schema(
        operation_id="skip_delivery",
        summary="送信待ちの配信を送らない",
        description="次のものへ進む。すでに送らないことになっていれば何も変わらない。",
        request=None,
        responses=answer(serializers.DeliveryAnswer, examples.SKIPPED_DELIVERY, 409),
    )
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, delivery_id: int) -> Response:
        """Leave it out."""
        self.read_body(request)
        delivery = find_delivery(self.actor, delivery_id)
        if not skip(delivery) and delivery.status != DeliveryStatus.SKIPPED:
            raise conflict("DELIVERY_NOT_WAITING", gettext("この配信はもう送られています。"), status=delivery.status)
        return Response(delivery_row(find_delivery(self.actor, delivery_id)))
