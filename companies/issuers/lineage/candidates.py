"""Which of the issues that came have anything in common with one that went: found by keys, not by looking at each pair. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from companies.issuers.lineage.addresses import street_address
from companies.issuers.lineage.issues import Issue


def find_candidates(gone: Sequence[Issue], came: Sequence[Issue]) -> dict[str, set[str]]:
    """By code of the one that went, the codes of those that came."""
    by_whole, by_part = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for issue in came:
        for key in _wholes(issue):
            by_whole[key].add(issue.code)
        for key in _parts(issue):
            by_part[key].add(issue.code)
    return {issue.code: _with_something_in_common(issue, by_whole, by_part) for issue in gone}


def _with_something_in_common(
    issue: Issue, by_whole: defaultdict[str, set[str]], by_part: defaultdict[str, set[str]]
) -> set[str]:
    found = set[str]()
    for key in _wholes(issue):
        found |= by_part.get(key, set())
    for key in _parts(issue):
        found |= by_whole.get(key, set())
    return found


def _wholes(issue: Issue) -> Iterator[str]:
    """Whole names, what they begin with, their initials, and the address."""
    for spelling in issue.all_spellings:
        yield from (spelling.core, spelling.root, spelling.initials)
        yield f"{spelling.core[:2]}…"
    for address in issue.addresses:
        yield street_address(address)


def _parts(issue: Issue) -> Iterator[str]:
    """What any whole of another may be found in."""
    for spelling in issue.all_spellings:
        core = spelling.core
        yield from (core[begin:end] for begin in range(len(core)) for end in range(begin + 2, len(core) + 1))
        yield f"{core[:2]}…"
    for address in issue.addresses:
        yield street_address(address)
