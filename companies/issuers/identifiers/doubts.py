"""What may be wrong with identifiers that can be recorded all the same, in words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext

from companies.issuers.identifiers.models import CompanyIdentifier, IdentifierScheme
from companies.issuers.identifiers.statements import Spans, Statement
from companies.models import Company

#: Codes and values that a warning names.
_NAMED = 10
#: One issue has it and no other at that time; an LEI is its issuer's, behind all classes of shares.
_OF_ONE_ISSUE = (IdentifierScheme.ISIN, IdentifierScheme.FIGI)


def doubts_of(statements: Sequence[Statement], after: Mapping[tuple[str, str], Spans]) -> list[str]:
    """Codes of no list, identifiers that are of the past already, and those of two issues at a time. Once they are recorded."""
    told = (
        (gettext("どの一覧にもないコードが {count:,} 件あります（記録はします）: {named}"), _unknown_codes(statements)),
        (
            gettext("後に始まる識別子が知られているため、過去の値として扱うものが {count:,} 件あります: {named}"),
            list(_already_followed(statements, after)),
        ),
        (
            gettext(
                "同じ時に 2 つ以上の銘柄が持つ識別子が {count:,} 件あります。どちらかのコードが誤りかもしれません: {named}"
            ),
            _of_two(statements),
        ),
    )
    return [words.format(count=len(found), named=_some(found)) for words, found in told if found]


def _unknown_codes(statements: Sequence[Statement]) -> list[str]:
    """They are kept: the lists of the past may come later."""
    codes = {said.code for said in statements}
    return sorted(codes - set(Company.objects.filter(code__in=codes).values_list("code", flat=True)))


def _already_followed(statements: Sequence[Statement], after: Mapping[tuple[str, str], Spans]) -> Iterator[str]:
    """What ends earlier than it says, or though it says no end, because another is known to begin then, and not by the same file."""
    told = {(said.code, said.scheme, said.valid_from) for said in statements}
    for said in statements:
        until = after[said.code, said.scheme][said.valid_from].until
        is_followed = until is not None and until in after[said.code, said.scheme]
        if is_followed and until != said.valid_until and (said.code, said.scheme, until) not in told:
            yield f"{said.code} {said.value}"


def _of_two(statements: Sequence[Statement]) -> list[str]:
    values = {said.value for said in statements if said.scheme in _OF_ONE_ISSUE}
    holders: dict[str, list[CompanyIdentifier]] = defaultdict(list)
    for row in CompanyIdentifier.objects.known_at().filter(scheme__in=_OF_ONE_ISSUE, value__in=values):
        holders[row.value].append(row)
    return sorted(
        f"{value} ({', '.join(sorted({row.code for row in rows}))})"
        for value, rows in holders.items()
        if any(first.code < second.code and _overlap(first, second) for first in rows for second in rows)
    )


def _overlap(first: CompanyIdentifier, second: CompanyIdentifier) -> bool:
    begins = max(first.validity.lower or date.min, second.validity.lower or date.min)
    return begins < min(first.validity.upper or date.max, second.validity.upper or date.max)


def _some(names: Sequence[str]) -> str:
    return gettext("、").join(names[:_NAMED]) + (gettext(" ほか") if len(names) > _NAMED else "")
