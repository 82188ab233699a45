"""What is told where."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as rest
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.schema import answer
from subscriptions.api import examples
from subscriptions.api import subscription_serializers as serializers
from subscriptions.api.acting import Actor
from subscriptions.api.errors import errors_by_field, name_given_once
from subscriptions.api.filters import SubscriptionFilterSet
from subscriptions.api.own_viewset import OwnViewSet
from subscriptions.models import Destination, SavedView, Subscription, WatchList
from subscriptions.told.subscribing import change_subscription, subscribe


class SubscriptionViewSet(OwnViewSet):
    """Subscriptions."""

    queryset = Subscription.objects.all()
    list_filterset = SubscriptionFilterSet
    lookup_url_kwarg = "subscription_id"
    bodies: ClassVar[dict[str, Any]] = {
        "create": serializers.MakeSubscriptionParameters, "partial_update": serializers.ChangeSubscriptionParameters,
    }  # fmt: skip

    @extend_schema(
        operation_id="list_subscriptions",
        summary="購読の一覧",
        description="API キーでは、そのキーで作った購読だけが見える。",
        responses=answer(serializers.SubscriptionListAnswer, examples.SUBSCRIPTIONS),
    )
    def list(self, request: Request) -> Response:
        """Those in the actor's hands, by name."""
        return self.paged("subscriptions", serializers.SubscriptionAnswer)

    @extend_schema(
        operation_id="create_subscription",
        summary="購読の作成",
        description="作成した後に起きたことから知らせる。同じ名前がもうあれば 409 NAME_TAKEN。",
        request=serializers.MakeSubscriptionParameters,
        responses=answer(serializers.SubscriptionAnswer, examples.SUBSCRIPTION, 409, status=201),
    )
    def create(self, request: Request) -> Response:
        """One more."""
        values = find_what_is_named(self.actor, self.read_body(request))
        is_active = values.pop("is_active", True)
        with errors_by_field(), name_given_once(self.actor, Subscription, values["name"]), transaction.atomic():
            made = subscribe(owner=self.actor.person, api_key=self.actor.key, **values)
            if not is_active:
                change_subscription(made, is_active=False)
        return Response(self._row(made.pk), status=201)

    @extend_schema(
        operation_id="get_subscription",
        summary="購読 1 件",
        responses=answer(serializers.SubscriptionAnswer, examples.SUBSCRIPTION),
    )
    def retrieve(self, request: Request, subscription_id: int) -> Response:
        """As it is."""
        return Response(self._row(subscription_id))

    @extend_schema(
        operation_id="update_subscription",
        summary="購読の変更",
        description="指定した項目だけを変える。変えた後に起きたことから、新しい条件で知らせる。",
        request=serializers.ChangeSubscriptionParameters,
        responses=answer(serializers.SubscriptionAnswer, examples.SUBSCRIPTION, 409),
    )
    def partial_update(self, request: Request, subscription_id: int) -> Response:
        """All of it or nothing."""
        subscription = self.find(subscription_id)
        values = find_what_is_named(self.actor, self.read_body(request))
        name = values.get("name", subscription.name)
        with (
            errors_by_field(),
            name_given_once(self.actor, Subscription, name, but=subscription.pk),
            transaction.atomic(),
        ):
            if values:
                change_subscription(subscription, **values)
        return Response(self._row(subscription_id))

    @extend_schema(
        operation_id="delete_subscription",
        summary="購読の削除",
        description="送信待ちのものは送られる。",
        request=None,
        responses={204: None},
    )
    def destroy(self, request: Request, subscription_id: int) -> Response:
        """What was told stays in the list of deliveries."""
        self.find(subscription_id).delete()
        return Response(status=204)

    def _row(self, pk: int) -> Any:
        return serializers.SubscriptionAnswer(self.find(pk)).data


def find_what_is_named(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The body with rows for ids, all of them in the actor's hands. Raises `ValidationError` by field for others."""
    rows = {
        "destination": actor.in_hands(Destination.objects.all()),
        "watch_list": WatchList.objects.filter(owner=actor.person),
        "saved_view": SavedView.objects.filter(Q(owner=actor.person) | Q(is_shared=True)),
    }
    found, errors = dict(values), {}
    for name, owned in rows.items():
        if values.get(name) is None:
            continue
        found[name] = owned.filter(pk=values[name]).first()
        if found[name] is None:
            what = owned.model._meta.verbose_name
            errors[name] = [gettext("この ID の{name}はありません。").format(name=what)]
    if errors:
        raise rest.ValidationError(errors)
    return found
