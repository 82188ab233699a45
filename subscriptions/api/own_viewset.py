"""What all viewsets of telling others have in common: they act for a person, in one's own hands, and are kept by nobody."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import ApiViewSet
from api.endpoints.pagination import LinkedPagination
from subscriptions.api.acting import Actor, ActsForPerson, right_of
from subscriptions.api.errors import not_found
from subscriptions.api.serializers import NoParameters


class OwnViewSet(ApiViewSet):
    """Rows of a model that belong to the actor."""

    permission_classes = [ActsForPerson]
    pagination_class: Any = LinkedPagination
    lookup_value_converter = "int"
    serializer_class = NoParameters
    tag = "subscriptions"
    actor: Actor
    #: The bodies of actions, where they need one.
    bodies: ClassVar[dict[str, Any]] = {}

    def get_serializer_class(self) -> Any:
        """Of the body."""
        return self.bodies.get(self.action or "", NoParameters)

    def right_for(self, method: str) -> str:
        """Which right of the person a request wants."""
        view: Any = self
        return right_of(view.queryset.model._meta.model_name, method, self.action)

    def get_queryset(self) -> QuerySet[Any]:
        """What is in the actor's hands."""
        return self.actor.in_hands(super().get_queryset())

    def find(self, pk: int) -> Any:
        """The row of an id. Raises the API's 404 where it is not in the actor's hands."""
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise not_found(self.get_queryset().model, pk)
        return row

    def read_body(self, request: Request) -> dict[str, Any]:
        """Checked. Raises `ValidationError` by field."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def paged(self, name: str, shape: Any) -> Response:
        """A page of the list, its rows under a name of their own."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        answer: Response = self.get_paginated_response({name: shape(page, many=True).data})
        return answer

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is of one person is in nobody's cache."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response
