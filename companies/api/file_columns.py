"""The columns of a file, from the answer whose rows it has: what the schema says of a field is also its type in the file."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from companies.api.serializers import RepeatedText
from companies.columns import Column, Kind

#: The first that fits.
_KINDS: tuple[tuple[Any, Kind], ...] = (
    (serializers.DateField, "day"),
    (serializers.DateTimeField, "instant"),
    (serializers.BooleanField, "flag"),
    (serializers.IntegerField, "number"),
    ((serializers.ChoiceField, RepeatedText), "word"),
    (serializers.CharField, "text"),
    (serializers.ListField, "texts"),
)


def columns_of(answer: type[serializers.Serializer[Any]], names: Sequence[str]) -> list[Column]:
    """Those of the fields that are named. Raises `KeyError` for one that the answer has not."""
    fields = answer().fields
    return [_column(name, fields[name]) for name in names]


def _column(name: str, field: Any) -> Column:
    if isinstance(field, serializers.Serializer):
        # As the database keeps the members of a JSON object: the shorter name first.
        return Column(name, "pairs", tuple(sorted(field.fields, key=lambda one: (len(one), one))))
    return Column(name, next(kind for classes, kind in _KINDS if isinstance(field, classes)))
