"""The columns of a file of identifiers, found by their names. Pure but for the words."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext

from companies.issuers.identifiers.errors import IdentifiersRefused, RowFault
from companies.issuers.identifiers.models import IdentifierScheme
from companies.issuers.identifiers.values import find_scheme
from companies.letters import plain_letters

_NAMES = {
    "code": ("code", "securitiescode", "コード", "証券コード", "銘柄コード"),
    "scheme": ("scheme", "体系", "識別子の体系", "種類", "識別子の種類"),
    "value": ("value", "identifier", "値", "識別子"),
    "valid_from": ("validfrom", "開始日", "有効開始日", "適用開始日"),
    # The first day on which it does not hold any more, as the API has it; or the last one on which it does.
    "valid_until": ("validuntil", "失効日"),
    "last_day": ("lastday", "最終日", "終了日", "有効終了日"),
    "origin": ("origin", "出所", "出典"),
}
_COLUMNS = {name: column for column, names in _NAMES.items() for name in names}
#: Names of an end that say nothing of whether its day is within: to guess would be a day wrong.
_UNCLEAR = ("validto", "enddate", "to", "until", "end", "有効期限")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns are: those of a row by their names, and in the wide form one of each scheme. `unused` are of other names."""

    columns: dict[str, int]
    schemes: dict[IdentifierScheme, int] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


def read_header(cells: list[str], line: int) -> Header:
    """The columns of a header. Raises `IdentifiersRefused` where they cannot be told."""
    header = Header({})
    for place, cell in enumerate(cells):
        name = re.sub(r"[\s_\-]", "", plain_letters(cell)).lower()
        scheme, column = find_scheme(cell), _COLUMNS.get(name)
        if name in _UNCLEAR:
            words = gettext(
                "終わりの日を含むかどうかが分かりません。含まないなら valid_until（失効日）、含むなら last_day（最終日）という列名にしてください。"
            )
            raise IdentifiersRefused([RowFault(line, cell.strip(), words)])
        if column in header.columns or scheme in header.schemes:
            raise IdentifiersRefused(
                [RowFault(line, cell.strip(), gettext("同じ列が 2 つあります。1 つにしてください。"))]
            )
        if column is not None:
            header.columns[column] = place
        elif scheme is not None:
            header.schemes[scheme] = place
        elif cell.strip():
            header.unused.append(cell.strip()[:40])
    _check(header, line)
    return header


def _check(header: Header, line: int) -> None:
    has = header.columns.keys()
    is_long = not {"scheme", "value"}.isdisjoint(has)
    missing = [] if "code" in has else ["code"]
    if header.schemes and is_long:
        words = gettext("scheme・value の列と、isin などの列は、一緒には使えません。どちらかの形にしてください。")
    elif {"valid_until", "last_day"} <= has:
        words = gettext("valid_until と last_day は一緒には使えません。どちらかにしてください。")
    elif missing := missing + ([] if header.schemes else [name for name in ("scheme", "value") if name not in has]):
        words = gettext(
            "列 {names} がありません。1 行目に code,scheme,value（日本語ならコード,体系,値）、または code,isin,figi,lei の列名が必要です。"
        ).format(names=gettext("、").join(missing))
    else:
        return
    raise IdentifiersRefused([RowFault(line, gettext("列名"), words)])
