"""Master rows for codes that a list uses and nobody knew."""

from collections.abc import Mapping

import structlog
from django.db.models import Max

from masters.models import Market, Master, Sector17, Sector33

logger = structlog.get_logger(__name__)

#: The sector for issues that have none.
_NO_SECTOR17 = "99"


def register_unknown_codes(
    *,
    markets: Mapping[str, str | None],
    sectors17: Mapping[str, str | None],
    sectors33: Mapping[str, tuple[str | None, str | None]],
) -> list[str]:
    """Create a row for each code that has none, named as the list names it (else by the code), last in the order.

    `markets` and `sectors17` map codes to names, `sectors33` to (name, 17-sector code). An unknown code is no reason to
    refuse a list. Two processes may do it at once; rows that exist are never touched. Returns the codes created.
    """
    created = _create(Market, {code: {"name": name} for code, name in markets.items()})
    created += _create(Sector17, {code: {"name": name} for code, name in sectors17.items()})
    created += _create(
        Sector33,
        {code: {"name": name, "sector17_id": parent or _NO_SECTOR17} for code, (name, parent) in sectors33.items()},
    )
    return created


def _create(model: type[Master], wanted: Mapping[str, dict[str, str | None]]) -> list[str]:
    known = set(model._default_manager.filter(code__in=wanted).values_list("code", flat=True))
    unknown = sorted(wanted.keys() - known)
    if not unknown:
        return []
    last = model._default_manager.aggregate(last=Max("display_order"))["last"] or 0
    rows = []
    for order, code in enumerate(unknown, start=last + 1):
        values = wanted[code]
        rows.append(model(code=code, display_order=order, **{**values, "name": values["name"] or code}))
        logger.warning("master_created", master=model._meta.db_table, code=code, name=values["name"] or code)
    model._default_manager.bulk_create(rows, ignore_conflicts=True)
    return unknown
