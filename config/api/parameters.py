"""Query parameters, declared once: checked strictly and described in the schema."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from config.api.errors import localised

MAX_LIMIT = 1000
# PostgreSQL counts rows in bigint; far fewer exist.
_MAX_OFFSET = 10_000_000


class Parameters(serializers.Serializer[Any]):
    """Base of an endpoint's parameters. A misspelt or repeated name is an error, not a filter silently ignored."""

    @classmethod
    def read(cls, query: QueryDict) -> dict[str, Any]:
        """The checked values; what was not given is absent or has its default. Raises `ValidationError` by field."""
        repeated = [name for name in query if len(query.getlist(name)) > 1]
        return cls._check({name: query[name] for name in query}, repeated)

    @classmethod
    def read_body(cls, body: object) -> dict[str, Any]:
        """The checked values of a JSON object; an empty body is an empty object. Raises `ValidationError` by field."""
        if not isinstance(body, Mapping):
            message = localised("JSON オブジェクトを送ってください。", "Send a JSON object.")
            raise serializers.ValidationError({"body": [message]})
        return cls._check(dict(body), [])

    @classmethod
    def _check(cls, given: dict[str, Any], repeated: list[str]) -> dict[str, Any]:
        declared = cls().get_fields()
        known = ", ".join(sorted(declared)) or "-"
        errors: dict[str, list[str]] = {}
        for name in given:
            if name not in declared:
                errors[name] = [localised(f"知らないパラメーターです。使えるもの: {known}", f"Unknown. Known: {known}")]
            elif name in repeated:
                errors[name] = [localised("1 回だけ指定してください。", "Give it only once.")]
        if errors:
            raise serializers.ValidationError(errors)
        parameters = cls(data=given)
        parameters.is_valid(raise_exception=True)
        return dict(parameters.validated_data)


class PageParameters(Parameters):
    """Where a page begins and how much it holds."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=100, help_text="1 ページの件数")
    offset = serializers.IntegerField(min_value=0, max_value=_MAX_OFFSET, default=0, help_text="読み飛ばす件数")


class CommaList(serializers.CharField):
    """Values separated by commas: any of them."""

    def to_internal_value(self, data: Any) -> Any:
        """A list of texts, without empty ones."""
        values = [value.strip() for value in str(super().to_internal_value(data)).split(",")]
        values = [value for value in values if value]
        if not values:
            raise serializers.ValidationError(localised("1 つ以上の値を指定してください。", "Give at least one value."))
        return values


class Ordering(serializers.CharField):
    """Field names separated by commas; `-` before a name turns it round."""

    def __init__(self, fields: tuple[str, ...], **options: Any) -> None:
        self.allowed = fields
        super().__init__(help_text=f"並び順（コンマ区切り、- で降順）: {', '.join(fields)}", **options)

    def to_internal_value(self, data: Any) -> Any:
        """The names, checked."""
        names = [name.strip() for name in str(super().to_internal_value(data)).split(",")]
        wrong = [name for name in names if name.removeprefix("-") not in self.allowed]
        if wrong:
            allowed = ", ".join(self.allowed)
            raise serializers.ValidationError(
                localised(
                    f"{wrong[0]!r} では並べられません。使えるもの: {allowed}", f"Not {wrong[0]!r}. Known: {allowed}"
                )
            )
        return names
