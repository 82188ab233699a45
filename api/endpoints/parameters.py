"""The forms of values that callers give, in a query or in a body: read strictly, and described in the schema."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)

_FIRST, _LAST = datetime(MINYEAR, 1, 2, tzinfo=UTC), datetime(MAXYEAR, 12, 30, tzinfo=UTC)


def refuse_names(given: Iterable[str], declared: Mapping[str, Any], repeated: Sequence[str] = ()) -> None:
    """Raise `ValidationError` by name for those that are not declared, and for those that came too often."""
    errors: dict[str, list[str]] = {}
    for name in given:
        if name not in declared:
            known = ", ".join(sorted(declared)) or "-"
            errors[name] = [gettext("知らないパラメーターです。使えるもの: {known}").format(known=known)]
        elif name in repeated:
            errors[name] = [gettext("1 回だけ指定してください。")]
    if errors:
        raise serializers.ValidationError(errors)


class StrictSerializer(serializers.Serializer[Any]):
    """Base of a body: a JSON object that has no other names. An empty body is an empty object."""

    def run_validation(self, data: Any = None) -> Any:
        """The checked values. Raises `ValidationError` by field."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"body": [gettext("JSON オブジェクトを送ってください。")]})
        refuse_names(data, self.fields)
        return super().run_validation(data)


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
        raise serializers.ValidationError(gettext("true か false を指定してください。"))


class Day(serializers.DateField):
    """A calendar day in Japan, `YYYY-MM-DD`."""

    def to_internal_value(self, value: Any) -> date:
        """The day. Not the other spellings of ISO 8601, such as `20240229` or `2024-W09`."""
        try:
            if isinstance(value, str) and _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise serializers.ValidationError(gettext("YYYY-MM-DD の形の、実在する日付を指定してください。"))


class Instant(serializers.DateTimeField):
    """A moment, RFC 3339; without an offset it is Japan's time."""

    def to_internal_value(self, value: Any) -> datetime:
        """The moment, in UTC: the database does not know each offset that may be written. A `+` that arrived as a space is understood."""
        text = re.sub(r" (?=[0-9]{2}:[0-9]{2}$)", "+", str(value)) if len(str(value)) > 20 else str(value)
        try:
            if _INSTANT.fullmatch(text):
                moment = datetime.fromisoformat(text.upper())
                return _as_utc(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)
        except (ValueError, OverflowError):
            pass
        example = "2026-11-20T18:00:00+09:00"
        raise serializers.ValidationError(gettext("日時を {example} の形で指定してください。").format(example=example))


def _as_utc(moment: datetime) -> datetime:
    """Within the days that every time zone has: nothing happened beyond."""
    try:
        return min(max(moment.astimezone(UTC), _FIRST), _LAST)
    except OverflowError:
        return _FIRST if moment.year == MINYEAR else _LAST


class SearchText(serializers.CharField):
    """What a person looks for: at least one character that is not a space, none that cannot be typed."""

    pattern = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"

    def to_internal_value(self, data: Any) -> Any:
        """The text without spaces around it."""
        if not isinstance(data, str) or not re.fullmatch(self.pattern, data):
            raise serializers.ValidationError(gettext("検索語を指定してください（制御文字は使えません）。"))
        return super().to_internal_value(data)


class ShapedField(serializers.Field[Any, Any, Any, Any]):
    """A field whose `shape` is that of its value in the schema."""

    shape: Mapping[str, Any]


class Word(ShapedField):
    """A text in the form of a pattern."""

    def __init__(self, pattern: str, **options: Any) -> None:
        self._pattern = re.compile(pattern)
        self.shape = {"type": "string", "pattern": f"^{pattern}$"}
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises `ValidationError`."""
        text = str(data)
        if not self._pattern.fullmatch(text):
            message = gettext("{text} は値の形になっていません。").format(text=repr(text[:50]))
            raise serializers.ValidationError(message)
        return text


class Choice(ShapedField):
    """One of the texts that there are."""

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices = tuple(choices)
        self.shape = {"type": "string", "enum": list(choices)}
        super().__init__()

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises `ValidationError`."""
        text = str(data)
        if text not in self._choices:
            known = ", ".join(self._choices)
            message = gettext("{text} は指定できません。使えるもの: {known}").format(text=repr(text), known=known)
            raise serializers.ValidationError(message)
        return text
