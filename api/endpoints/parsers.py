"""JSON bodies as they are: nothing said twice, nothing that JSON does not have, nothing deeper than any endpoint needs."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser

from api.endpoints.errors import localised


class StrictJSONParser(JSONParser):
    """REST framework's parser would take the last of two equal names, and break on a body nested too deep."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value. Raises `ValidationError` that says what is wrong with the body."""
        encoding = (parser_context or {}).get("encoding") or settings.DEFAULT_CHARSET
        try:
            text = stream.read().decode(encoding)
            value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
            # Halves of letters can be escaped in JSON, and neither stored nor told again.
            json.dumps(value, ensure_ascii=False).encode()
        except (UnicodeError, LookupError) as error:
            raise _wrong("UTF-8 の文字ではないものがあります。", "It has what is no letter in UTF-8.") from error
        except RecursionError as error:
            raise _wrong("入れ子が深すぎます。", "It is nested too deep.") from error
        except json.JSONDecodeError as error:
            raise _wrong(
                f"JSON として読めません（{error.lineno} 行 {error.colno} 文字目）。",
                f"It is not JSON (line {error.lineno}, column {error.colno}).",
            ) from error
        except ValueError as error:  # a number of more digits than Python reads
            raise _wrong("数値が大きすぎます。", "A number is too large.") from error
        return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = localised(
                "同じ名前が 2 回あります。1 回だけ指定してください。", "The name comes twice. Give it only once."
            )
            raise ValidationError({name.encode(errors="replace").decode(): [message]})
        found[name] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise _wrong(f"{name} は JSON にない値です。", f"{name} is not a value that JSON has.")


def _wrong(ja: str, en: str) -> ValidationError:
    return ValidationError({"body": [localised(ja, en)]})
