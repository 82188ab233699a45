"""Master rows for codes that a list uses and nobody knew."""

from collections.abc import Container, Mapping

import structlog
from django.db.models import Max, Value

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
    wanted: dict[type[Master], dict[str, dict[str, str | None]]] = {
        Market: {code: {"name": name} for code, name in markets.items()},
        Sector17: {code: {"name": name} for code, name in sectors17.items()},
        Sector33: {
            code: {"name": name, "sector17_id": parent or _NO_SECTOR17} for code, (name, parent) in sectors33.items()
        },
    }
    known = _known_codes()
    return [code for model, rows in wanted.items() for code in _create(model, rows, known)]


def _known_codes() -> set[tuple[str, str]]:
    """Table and code of all masters, which are a few dozen: one question, whatever a list uses."""
    tables = [
        model._default_manager.order_by().annotate(table=Value(model._meta.db_table)).values_list("table", "code")
        for model in (Market, Sector17, Sector33)
    ]
    return set(tables[0].union(*tables[1:], all=True))


def _create(
    model: type[Master], wanted: Mapping[str, dict[str, str | None]], known: Container[tuple[str, str]]
) -> list[str]:
    unknown = sorted(code for code in wanted if (model._meta.db_table, code) not in known)
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
