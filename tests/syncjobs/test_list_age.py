"""When the newest list is too old."""

from datetime import UTC, date, datetime, timedelta

import pytest

from datasources.models import DataSource
from syncjobs.list_age import FROM_FILES, WITH_SOURCE, OldList, find_newest_day, find_old_list
from tests.conftest import MARCH

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
TODAY = date(2026, 11, 26)


def test_without_any_list_none_is_old() -> None:
    assert find_newest_day() is None
    assert find_old_list(None, [], NOW) is None


@pytest.mark.usefixtures("two_lists")
def test_the_newest_list_is_that_of_the_latest_day() -> None:
    assert find_newest_day() == MARCH


def test_lists_from_files_may_be_of_last_month() -> None:
    assert find_old_list(TODAY - timedelta(days=FROM_FILES), [], NOW) is None
    too_old = TODAY - timedelta(days=FROM_FILES + 1)
    assert find_old_list(too_old, [], NOW) == OldList(too_old, 46)


def test_a_source_that_is_asked_every_day_may_be_behind_over_the_holidays(source: DataSource) -> None:
    assert find_old_list(TODAY - timedelta(days=WITH_SOURCE), [source], NOW) is None
    too_old = TODAY - timedelta(days=WITH_SOURCE + 1)
    assert find_old_list(too_old, [source], NOW) == OldList(too_old, 12)


def test_what_the_plan_does_not_show_yet_is_not_missed(source: DataSource) -> None:
    source.plan = "free"

    assert find_old_list(TODAY - timedelta(weeks=12, days=5), [source], NOW) is None


def test_before_nine_in_japan_a_list_is_as_old_as_it_is_there(source: DataSource) -> None:
    """Where it is still the day before by UTC."""
    morning = datetime(2026, 11, 25, 23, 15, tzinfo=UTC)
    too_old = TODAY - timedelta(days=WITH_SOURCE + 1)

    assert find_old_list(too_old, [source], morning) == OldList(too_old, WITH_SOURCE + 1)
