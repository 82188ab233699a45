"""Moments that callers may write: every offset, and the ends of time."""

import pytest

from api.keys import create_api_key
from tests.api.front import ask

pytestmark = pytest.mark.django_db
PATHS = (
    "companies",
    "companies/events",
    "companies/7203",
    "companies/7203/history",
    "companies/events/export?format=csv",
)


def status_of(path: str, name: str, moment: str) -> int:
    key = create_api_key(name="instants", scopes=["read"])[1]
    return ask(f"/api/v1/{path}{'&' if '?' in path else '?'}{name}={moment.replace('+', '%2B')}", key=key).status


@pytest.mark.parametrize("offset", ["-20:11", "+23:59", "-23:59", "+15:59", "Z", ""])
def test_a_moment_may_have_any_offset_that_can_be_written(two_lists: None, offset: str) -> None:
    assert status_of("companies", "updated_since", f"2024-04-01T10:11:37{offset}") == 200
    assert status_of("companies/events/export?format=csv", "known_at", f"0219-11-09T10:11:37{offset}") == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59"])
def test_what_will_be_known_at_the_end_of_time_is_not_known_yet(two_lists: None, path: str, moment: str) -> None:
    assert status_of(path, "known_at", moment) == 404


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+09:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00-23:59"])
def test_at_the_beginning_of_time_nothing_was_known(two_lists: None, moment: str) -> None:
    assert status_of("companies/events", "known_at", moment) == 200
    assert status_of("companies/7203", "known_at", moment) == 404
    assert status_of("companies", "updated_since", moment) == 200
