"""What a column of a file holds, for formats that keep it: its name and its kind. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

#: `word`: one of few texts that come again and again, such as a code of a market. `day`: a calendar day in Japan. `flag`: true or false.
#: `number`: a whole one; `price`: in yen, four places behind the point. `texts`: several. `pairs`: texts before and after, by name.
Kind = Literal["text", "word", "day", "instant", "flag", "number", "price", "texts", "pairs"]


@dataclass(frozen=True, slots=True)
class Column:
    """One of a file. `names` are those that `pairs` may have, in the order in which they are told."""

    name: str
    kind: Kind = "text"
    names: tuple[str, ...] = ()


def columns_of_kinds(headings: Sequence[str], kinds: Mapping[str, Kind]) -> Iterator[Column]:
    """Columns under these headings; those whose kind is not told are texts."""
    return (Column(heading, kinds.get(heading, "text")) for heading in headings)
