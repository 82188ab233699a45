"""Query parameters, declared once: checked strictly and described in the schema."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from rest_framework import serializers
from rest_framework.fields import empty

from api.endpoints.errors import localised

MAX_LIMIT = 1000
#: Of a comma list.
MAX_VALUES = 1000
# PostgreSQL counts rows in bigint; far fewer exist.
_MAX_OFFSET = 10_000_000

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


class Parameters(serializers.Serializer[Any]):
    """Base of an endpoint's parameters. A misspelt name is an error, not a filter silently ignored, and so is one that
    comes twice; a list may be given with commas or by its name again, as generated clients do.
    """

    @classmethod
    def read(cls, query: QueryDict) -> dict[str, Any]:
        """The checked values; what was not given is absent or has its default. Raises `ValidationError` by field."""
        return cls.read_pairs([(name, value) for name, values in query.lists() for value in values])

    @classmethod
    def read_pairs(cls, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The same for names and values as they came."""
        given = dict(pairs)
        if len(given) == len(pairs):
            return cls._check(given, [])
        values: dict[str, list[str]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        repeated = [name for name, all_values in values.items() if len(all_values) > 1]
        fields = _declared(cls).fields
        lists = {name: ",".join(values[name]) for name in repeated if isinstance(fields.get(name), CommaList)}
        return cls._check(given | lists, [name for name in repeated if name not in lists])

    @classmethod
    def read_body(cls, body: object) -> dict[str, Any]:
        """The checked values of a JSON object; an empty body is an empty object. Raises `ValidationError` by field."""
        if not isinstance(body, Mapping):
            message = localised("JSON オブジェクトを送ってください。", "Send a JSON object.")
            raise serializers.ValidationError({"body": [message]})
        return cls._check(dict(body), [])

    @classmethod
    def _check(cls, given: dict[str, Any], repeated: list[str]) -> dict[str, Any]:
        declared = _declared(cls)
        _refuse_names(given, declared.fields, repeated)
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, field in declared.fields.items():
            try:
                if name in given:
                    value = field.run_validation(given[name])
                    check = getattr(declared, f"validate_{name}", None)
                    values[name] = value if check is None else check(value)
                elif field.required:
                    field.run_validation(empty)
                elif field.default is not empty:
                    values[name] = field.default
            except serializers.ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return dict(declared.validate(values))


@cache
def _declared(parameters: type[Parameters]) -> Parameters:
    """One instance for all requests: its fields hold nothing of a request, and making them takes longer than a page."""
    return parameters()


def _refuse_names(given: Mapping[str, Any], declared: Mapping[str, Any], repeated: list[str]) -> None:
    errors: dict[str, list[str]] = {}
    for name in given:
        if name not in declared:
            known = ", ".join(sorted(declared)) or "-"
            errors[name] = [localised(f"知らないパラメーターです。使えるもの: {known}", f"Unknown. Known: {known}")]
        elif name in repeated:
            errors[name] = [localised("1 回だけ指定してください。", "Give it only once.")]
    if errors:
        raise serializers.ValidationError(errors)


class WholeNumber(serializers.IntegerField):
    """Decimal digits; JSON numbers in a body."""

    def to_internal_value(self, data: Any) -> int:
        """The number. Not `1_000`, `10.0`, full-width digits or `true`, which Python or REST framework would take."""
        if isinstance(data, bool) or not (isinstance(data, int) or _WHOLE_NUMBER.fullmatch(str(data))):
            self.fail("invalid")
        return int(data)


class YesOrNo(serializers.BooleanField):
    """`true` or `false`; JSON's in a body."""

    def to_internal_value(self, data: Any) -> bool:
        """The value."""
        if data is True or data is False:
            return bool(data)
        if data in ("true", "false"):
            return bool(data == "true")
        message = localised("true か false を指定してください。", "Give true or false.")
        raise serializers.ValidationError(message)


class Day(serializers.DateField):
    """A calendar day in Japan, `YYYY-MM-DD`."""

    def to_internal_value(self, value: Any) -> date:
        """The day. Not the other spellings of ISO 8601, such as `20240229` or `2024-W09`."""
        try:
            if isinstance(value, str) and _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        message = localised(
            "YYYY-MM-DD の形の、実在する日付を指定してください。", "Give a date that exists, as YYYY-MM-DD."
        )
        raise serializers.ValidationError(message)


class Instant(serializers.DateTimeField):
    """A moment, RFC 3339; without an offset it is Japan's time."""

    def to_internal_value(self, value: Any) -> datetime:
        """The moment, with its time zone. A `+` that arrived as a space is understood."""
        text = re.sub(r" (?=[0-9]{2}:[0-9]{2}$)", "+", str(value)) if len(str(value)) > 20 else str(value)
        try:
            if _INSTANT.fullmatch(text):
                moment = datetime.fromisoformat(text.upper())
                return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        except (ValueError, OverflowError):
            pass
        example = "2026-11-20T18:00:00+09:00"
        message = localised(f"日時を {example} の形で指定してください。", f"Give a moment in the form {example}.")
        raise serializers.ValidationError(message)


class PageParameters(Parameters):
    """Where a page begins and how much it holds."""

    limit = WholeNumber(min_value=1, max_value=MAX_LIMIT, default=100, help_text="1 ページの件数")
    offset = WholeNumber(min_value=0, max_value=_MAX_OFFSET, default=0, help_text="読み飛ばす件数")


class SearchText(serializers.CharField):
    """What a person looks for: at least one character that is not a space, none that cannot be typed."""

    pattern = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"

    def to_internal_value(self, data: Any) -> Any:
        """The text without spaces around it."""
        if not isinstance(data, str) or not re.fullmatch(self.pattern, data):
            message = localised(
                "検索語を指定してください（制御文字は使えません）。", "Give a text without control characters."
            )
            raise serializers.ValidationError(message)
        return super().to_internal_value(data)


class CommaList(serializers.CharField):
    """Values separated by commas, each in the form of `pattern` or one of `choices`: any of them."""

    def __init__(self, *, pattern: str = "", choices: Sequence[str] = (), **options: Any) -> None:
        self._pattern = re.compile(pattern)
        self.item: dict[str, Any] = (
            {"type": "string", "enum": list(choices)} if choices else {"type": "string", "pattern": f"^{pattern}$"}
        )
        self._choices = tuple(choices)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        """A list of texts. Raises `ValidationError` with the first value that is none."""
        values = str(data).split(",")
        for value in values:
            if self._choices and value not in self._choices:
                known = ", ".join(self._choices)
                message = localised(
                    f"{value!r} は指定できません。使えるもの: {known}", f"Not {value!r}. Known: {known}"
                )
                raise serializers.ValidationError(message)
            if not self._choices and not self._pattern.fullmatch(value):
                message = localised(
                    f"{value[:50]!r} は値の形になっていません。", f"{value[:50]!r} does not have the form of a value."
                )
                raise serializers.ValidationError(message)
        if len(values) > MAX_VALUES:
            message = localised(f"{MAX_VALUES} 個までにしてください。", f"At most {MAX_VALUES} values.")
            raise serializers.ValidationError(message)
        return values


class Ordering(CommaList):
    """Field names separated by commas; `-` before a name turns it round."""

    def __init__(self, fields: tuple[str, ...], **options: Any) -> None:
        names = [name for field in fields for name in (field, f"-{field}")]
        super().__init__(choices=names, help_text="並び順（コンマ区切り、- で降順）", **options)

    def to_internal_value(self, data: Any) -> Any:
        """The names. Raises `ValidationError` where one comes twice: the second could only contradict the first."""
        names = super().to_internal_value(data)
        fields = [name.removeprefix("-") for name in names]
        if len(set(fields)) < len(fields):
            raise serializers.ValidationError(
                localised("同じ項目は 1 回だけ指定してください。", "Give each field only once.")
            )
        return names
