"""JSON bodies as they are: nothing said twice, nothing that JSON does not have, nothing deeper than any endpoint needs."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser


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
            raise _wrong(gettext("UTF-8 の文字ではないものがあります。")) from error
        except RecursionError as error:
            raise _wrong(gettext("入れ子が深すぎます。")) from error
        except json.JSONDecodeError as error:
            message = gettext("JSON として読めません（{line} 行 {column} 文字目）。")
            raise _wrong(message.format(line=error.lineno, column=error.colno)) from error
        except ValueError as error:  # a number of more digits than Python reads
            raise _wrong(gettext("数値が大きすぎます。")) from error
        return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = gettext("同じ名前が 2 回あります。1 回だけ指定してください。")
            raise ValidationError({name.encode(errors="replace").decode(): [message]})
        found[name] = value
    return found


def _refuse_constant(name: str) -> Any:
    raise _wrong(gettext("{name} は JSON にない値です。").format(name=name))


def _wrong(message: str) -> ValidationError:
    return ValidationError({"body": [message]})
