"""Words of a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WordedMessage:
    """A title, and lines of which `more` were left out."""

    title: str
    lines: list[str]
    more: int


def word_message(content: Mapping[str, Any], language: str) -> WordedMessage:
    return WordedMessage(str(content["type"]), [], 0)
