"""What OpenAPI cannot say: parameters that contradict each other, days that no provider has, names nobody gave.

Each of these combinations has a test of its own that it is refused; here they are left out of what must be accepted.
"""

from datetime import date
from typing import Any

import schemathesis


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Whether a request may be expected to be accepted."""
    query = case.query if isinstance(case.query, dict) else {}
    body = case.body if isinstance(case.body, dict) else {}
    if _contradicts_itself(query) or _is_told_otherwise(case, query, body):
        return False
    is_beyond = str(case.path).endswith("/calendar") and _is_beyond_the_calendar(query)
    if is_beyond or ("from" in query and "to" in query and str(query["from"]) > str(query["to"])):
        return False
    ordering = query.get("ordering")
    names = [str(name) for name in ordering] if isinstance(ordering, list) else str(ordering or "").split(",")
    if len({name.removeprefix("-") for name in names}) < len(names):
        return False
    if "source" in body or _names_what_is_not_there(body):
        return False
    if _is_no_time(query) or _is_no_time(body):
        return False
    return not ("date" in body and isinstance(body["date"], str) and not "2008-05-07" <= body["date"] <= "2026-11-01")


def _names_what_is_not_there(body: dict[str, Any]) -> bool:
    """Addresses that lead somewhere, destinations and securities codes that there are, are nothing that a schema tells."""
    return (
        "address" in body
        or "destination" in body
        or bool(body.get("codes"))
        or body.get("channel") in ("webhook", "mail", "chat")
    )


def _is_told_otherwise(case: Any, query: dict[str, Any], body: dict[str, Any]) -> bool:
    """A part of the fields, which is the schema's answer without the others; and a key that may have been another request's."""
    return "fields" in query or "fields" in body or "Idempotency-Key" in (case.headers or {})


def _is_no_time(values: dict[str, Any]) -> bool:
    """Ends before it begins; or is a form of RFC 3339 of no year that there was."""
    return "since" in values and "until" in values


def _is_beyond_the_calendar(query: dict[str, Any]) -> bool:
    """Days before and after all that is known, and more of them than a year."""
    try:
        days = [date.fromisoformat(str(query[name])) for name in ("from", "to") if name in query]
    except ValueError:
        return False
    return any(not 2000 <= day.year <= 2099 for day in days) or (len(days) > 1 and (days[1] - days[0]).days > 365)


def _contradicts_itself(query: dict[str, Any]) -> bool:
    """Of a past day, of past knowledge, and of a page's place, what does not go together."""
    known = query.keys() & {"known_at", "revision"}
    is_of_a_day, is_continued = "as_of" in query, str(query.get("after", "0")) != "0"
    return (
        len(known) > 1
        or (is_of_a_day and ("updated_since" in query or query.get("active_only") in (False, "false")))
        or (bool(known or is_of_a_day) and "include" in query)
        or ("after" in query and str(query.get("offset", 0)) != "0")
        or (is_continued and bool(known))
        or {"after_code", "until_code"}
        <= query.keys()  # which comes first is told by what they say, not by how they are written
    )
