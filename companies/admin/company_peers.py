"""Companies like one: of its market and sector, those nearest in size and code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from companies.admin.company_past import CompanyPast
from companies.admin.list_links import list_address
from companies.choices import SCALE_CATEGORIES
from companies.fields import FIELD_BY_NAME, CompanyField
from companies.models import Company, CompanyVersion

#: How many a page names.
SHOWN = 8
#: What makes them alike; who is alone on its market is like others of its sector, what has no sector like what is of the same kind.
_OF_A_SECTOR = ("market_code", "sector33_code"), ("sector33_code",)
_OF_NONE = (("market_code", "product_category"),)
#: Said of what is in no sector.
_NO_SECTOR = "9999"


@dataclass(frozen=True, slots=True)
class Peer:
    pk: int
    code: str
    name: str
    scale: str | None
    scale_name: str = ""


@dataclass(frozen=True, slots=True)
class Peers:
    """Those that are shown in the order of their codes, how many there are with the company itself, in words what they have
    in common, and where all of them are. `day` is that of the last list of one that is gone.
    """

    shown: list[Peer]
    count: int
    common: str
    address: str
    day: Any

    @property
    def all_of_them(self) -> str:
        """For the link to the list."""
        return gettext("{common} の {count:,} 銘柄（この銘柄を含む）").format(common=self.common, count=self.count)


def find_peers(past: CompanyPast) -> Peers | None:
    """In one query, or two for one that is alone. `None` where it is not told what it is."""
    company = past.company
    ways = _OF_NONE if company.sector33_id in (None, _NO_SECTOR) else _OF_A_SECTOR
    told = [values for values in (_values(company, names) for names in ways) if None not in values.values()]
    alone: Peers | None = None
    for values in told:
        peers = _find(past, values)
        if peers.count > 1:
            return peers
        alone = alone or peers
    return alone


def _find(past: CompanyPast, alike: dict[CompanyField, str]) -> Peers:
    company = past.company
    day = None if company.is_active else company.last_seen_on
    rows: Any = Company.objects.active() if day is None else CompanyVersion.objects.as_of(day)
    prefix = "" if day is None else "company__"
    found = rows.filter(**{field.path: value for field, value in alike.items()}).order_by(f"{prefix}code")
    peers = [
        Peer(pk, code, name, scale, past.wording.name("scale_category", scale))
        for pk, code, name, scale in found.values_list(f"{prefix}pk", f"{prefix}code", "company_name", "scale_category")
    ]
    common = gettext("・").join(past.wording.name(field.name, value) for field, value in alike.items())
    return Peers(_nearest(peers, company), len(peers), common, list_address(alike, day), day)


def _values(company: Company, names: Sequence[str]) -> dict[CompanyField, str]:
    return {FIELD_BY_NAME[name]: getattr(company, FIELD_BY_NAME[name].path) for name in names}


def _nearest(peers: Sequence[Peer], company: Company) -> list[Peer]:
    """By size, then by how many codes lie between; in the order of the codes."""
    places = {peer.pk: place for place, peer in enumerate(peers)}
    own = places.get(company.pk, 0)

    def distance(peer: Peer) -> tuple[int, int]:
        return abs(_size(peer.scale) - _size(company.scale_category)), abs(places[peer.pk] - own)

    others = [peer for peer in peers if peer.pk != company.pk]
    return sorted(sorted(others, key=distance)[:SHOWN], key=lambda peer: peer.code)


def _size(scale: str | None) -> int:
    return SCALE_CATEGORIES.index(scale) if scale in SCALE_CATEGORIES else len(SCALE_CATEGORIES)
