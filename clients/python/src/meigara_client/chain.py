"""The chain of revisions, gone through as an auditor would: each hash is made anew here, none is believed."""

import hashlib
import json
from collections.abc import Iterator

from meigara_client import models
from meigara_client.errors import ChainBroken, UnexpectedAnswer
from meigara_client.pages import read
from meigara_client.transport import Transport

_BEGINNING = "0" * 64
_AT_ONCE = 1000


class ChainReader:
    """What a client can ask of the chain."""

    _transport: Transport

    def head(self) -> models.Head:
        """The newest revision that has a hash, and the hash. Whoever keeps both elsewhere can ask `chain` later whether all up to there is still the same."""
        return read(models.Head, self._transport.get("/ledger/head", {}).data)

    def chain(self, after: int = 0, *, head: tuple[int, str] | None = None) -> Iterator[models.Link]:
        """The links after a revision, each checked: that its hash is of its own words, and goes on from the one before. Raises `ChainBroken` where
        one is not, or where the revision of `head` (number, hash) has another hash than was written down, or is not there.
        """
        before, number = _BEGINNING if after == 0 else None, after
        for link in self._links(after):
            before, number = _checked(link, before), number + 1
            if link.revision != number:
                raise ChainBroken(number, f"revision {number} is missing before {link.revision}")
            if head is not None and (link.revision, link.chain) == (head[0], head[1].lower()):
                head = None
            elif head is not None and link.revision == head[0]:
                raise ChainBroken(number, f"revision {number} has the hash {link.chain}, not {head[1]}")
            yield link
        if head is not None:
            raise ChainBroken(head[0], f"revision {head[0]} is not in the chain")

    def _links(self, after: int | None) -> Iterator[models.Link]:
        while after is not None:
            part = read(models.Chain, self._transport.get("/ledger/chain", {"after": after, "limit": _AT_ONCE}).data)
            yield from part.links
            after = part.next


def _checked(link: models.Link, before: str | None) -> str:
    """Its hash. Raises `ChainBroken`."""
    if hashlib.sha256(link.link.encode()).hexdigest() != link.chain:
        raise ChainBroken(link.revision, f"the hash of revision {link.revision} is not of its words")
    try:
        told = json.loads(link.link)
        went_on_from, number = told["before"], told["number"]
    except (ValueError, TypeError, KeyError) as error:
        raise UnexpectedAnswer(f"not the words of a revision: {link.link[:80]!r}") from error
    if number != link.revision:
        raise ChainBroken(link.revision, f"the words of revision {link.revision} are of {number}")
    if before is not None and went_on_from != before:
        raise ChainBroken(
            link.revision, f"revision {link.revision} goes on from {went_on_from}, the one before it has {before}"
        )
    return link.chain
