"""The companies of any number of codes, by as few requests as it takes."""

from collections.abc import Iterable

from meigara_client import models
from meigara_client.pages import read
from meigara_client.reading import Day, KnownAt, as_day, as_parameter
from meigara_client.transport import Transport

_MOST_AT_ONCE = 5000


def query_companies(
    transport: Transport, codes: Iterable[str], *, as_of: Day | None, known_at: KnownAt | None
) -> models.Query:
    """As `Client.companies`; what comes again in a later batch is a duplicate like any other."""
    wanted = list(codes)
    asked: dict[str, object] = {} if as_of is None else {"as_of": as_day(as_of).isoformat()}
    if known_at is not None:
        asked["known_at"] = as_parameter(known_at)
    companies: dict[str, models.Company] = {}
    not_found: dict[str, None] = {}
    duplicates: dict[str, None] = {}
    for start in range(0, len(wanted), _MOST_AT_ONCE):
        answer = transport.query("/companies/query", {**asked, "codes": wanted[start : start + _MOST_AT_ONCE]})
        found = read(models.Query, answer.data)
        # The batches after the first are of its revision.
        asked = {name: value for name, value in asked.items() if name == "as_of"} | {"revision": answer.revision}
        seen = companies.keys() | not_found.keys()
        told = [company.code for company in found.companies]
        duplicates |= dict.fromkeys([*found.duplicates, *(code for code in (*told, *found.not_found) if code in seen)])
        for company in found.companies:
            companies.setdefault(company.code, company)
        not_found |= dict.fromkeys(found.not_found)
    return models.Query(
        companies=tuple(companies.values()),
        total=len(companies),
        not_found=tuple(not_found),
        duplicates=tuple(duplicates),
    )
