"""A program of its own: an HTML page on standard input, its tables as JSON lines on standard output.

`python -I page_program.py WORD…`; a table is told where one of its cells has one of the words. As `table_program`, it is bounded by
the kernel, imports nothing of the product and ends nobody else where a page is too much for it.

The first line is `{"tables": n}`, then each table as an array of its rows: the line in the file, and cells as `[text, number]`. A cell
that spans rows or columns stands in each of them, with the same number. Or `{"refused": reason, …}` is all there is.
"""

import json
import resource
import signal
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from lxml import etree

# A page of a year takes 40 MiB and 0.1 s.
_MEMORY_BYTES = 256 * 1024 * 1024
_PROCESSOR_SECONDS = 2
_WALL_CLOCK_SECONDS = 30
_MAX_CELLS = 200_000
_MAX_COLUMNS = 100
_MAX_ANSWER_BYTES = 32 * 1024 * 1024
#: Tags that say nothing of a cell, whatever is in them.
_UNSEEN = ("script", "style", "template", "noscript", "rt", "rp")

Cell = tuple[str, int]


class Refused(Exception):
    """The page is not read, for a reason that has words of its own."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.answer = {"refused": reason, **details}


def main() -> None:
    """Read, and answer."""
    _bound_resources()
    content = sys.stdin.buffer.read()
    try:
        lines = [json.dumps(table) for table in _read(content, sys.argv[1:])]
        if sum(map(len, lines)) > _MAX_ANSWER_BYTES:
            raise Refused("too_much_text")
        lines.insert(0, json.dumps({"tables": len(lines)}))
    except Refused as refused:
        lines = [json.dumps(refused.answer)]
    except MemoryError:
        lines = [json.dumps({"refused": "memory"})]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _bound_resources() -> None:
    for number in (signal.SIGXCPU, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGXCPU, signal.SIGALRM))
    signal.alarm(_WALL_CLOCK_SECONDS)
    bounds = [
        (resource.RLIMIT_CPU, _PROCESSOR_SECONDS, _PROCESSOR_SECONDS + 1),
        (resource.RLIMIT_AS, _MEMORY_BYTES, _MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    for kind, soft, hard in bounds:
        with suppress(ValueError, OSError):  # macOS has no bound of memory
            resource.setrlimit(kind, (soft, hard))


def _read(content: bytes, words: list[str]) -> Iterator[Any]:
    text = _decode(content)
    _refuse_cut(text)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Refused("damaged") from error
    # What is nested deeper than the library bears is left out, and only said here.
    if root is None or any("depth" in entry.message.lower() for entry in parser.error_log):
        raise Refused("damaged")
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    for breaking in root.iter("br", "p", "div", "li"):
        breaking.tail = "\n" + (breaking.tail or "")
    for table in root.iter("table"):
        rows = _grid(table)
        if any(word in _plain(cell[0]) for _, cells in rows for cell in cells for word in words):
            yield rows


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise Refused("encoding")


def _refuse_cut(text: str) -> None:
    """A page that ends before it is closed has lost rows, and nothing else would say so."""
    lower = text.lower()
    closing = "</html" if "<html" in lower else "</table"
    if "<table" in lower and lower.rfind(closing) < lower.rfind("<table"):
        raise Refused("cut")


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _grid(table: Any) -> list[tuple[int, list[Cell]]]:
    rows: list[tuple[int, list[Cell]]] = []
    hanging: dict[int, tuple[int, Cell]] = {}  # by column: rows that it spans yet
    number = 0
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells: list[Cell] = []
        for element in row.iterchildren("td", "th"):
            _hang(cells, hanging)
            number += 1
            cell = (_text(element), number)
            width, height = _span(element, "colspan"), _span(element, "rowspan")
            for _ in range(width):
                if height > 1:
                    hanging[len(cells)] = (height - 1, cell)
                cells.append(cell)
            if len(cells) > _MAX_COLUMNS or number > _MAX_CELLS:
                raise Refused("too_large")
        _hang(cells, hanging)
        rows.append((row.sourceline or 0, cells))
    return rows


def _hang(cells: list[Cell], hanging: dict[int, tuple[int, Cell]]) -> None:
    """Put in the cells of rows above that reach down to the next place."""
    while (place := len(cells)) in hanging:
        left, cell = hanging.pop(place)
        if left > 1:
            hanging[place] = (left - 1, cell)
        cells.append(cell)


def _span(element: Any, name: str) -> int:
    text = (element.get(name) or "").strip()
    return max(1, min(int(text), _MAX_COLUMNS * 10)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _text(element: Any) -> str:
    """Its lines, each without needless spaces."""
    lines = ("".join(element.itertext()) if element.find(".//table") is None else "").splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


if __name__ == "__main__":
    main()
