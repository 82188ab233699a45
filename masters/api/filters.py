"""The query parameters of the masters' endpoints."""

from rest_framework import serializers

from api.endpoints.filters import Parameter
from api.endpoints.states import StateFilterSet


class SectorFilterSet(StateFilterSet):
    """Which of the two classifications."""

    type = Parameter(serializers.ChoiceField(["17", "33"], default="33", help_text="17 業種か 33 業種か"))
