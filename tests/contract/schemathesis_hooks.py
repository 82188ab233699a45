"""What OpenAPI cannot say: parameters that contradict each other, days that no provider has, names nobody gave.

Each of these combinations has a test of its own that it is refused; here they are left out of what must be accepted.
"""

from typing import Any

import schemathesis


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Whether a request may be expected to be accepted."""
    query = case.query if isinstance(case.query, dict) else {}
    body = case.body if isinstance(case.body, dict) else {}
    if "as_of" in query and (
        "include" in query or "updated_since" in query or query.get("active_only") in (False, "false")
    ):
        return False
    if "from" in query and "to" in query and str(query["from"]) > str(query["to"]):
        return False
    ordering = query.get("ordering")
    names = [str(name) for name in ordering] if isinstance(ordering, list) else str(ordering or "").split(",")
    if len({name.removeprefix("-") for name in names}) < len(names):
        return False
    if "source" in body:
        return False
    return not ("date" in body and isinstance(body["date"], str) and not "2008-05-07" <= body["date"] <= "2026-11-01")
