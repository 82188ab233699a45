"""A service with bulk files, and a source that takes them."""

from collections.abc import Iterator

import pytest

from datasources.models import DataSource
from tests.datasources.bulk_days.fetching import (
    DAYS,
)
from tests.factories import make_issue, make_source
from tests.fakes.jquants import FakeJquants


@pytest.fixture
def jquants(jquants: FakeJquants) -> Iterator[FakeJquants]:
    """Twelve business days, on each another of 40 companies is renamed, with files for their two months at a second host."""
    jquants.lists.clear()
    names = {str(1301 + step): f'会社 "{step}", 株式会社' for step in range(40)}
    for number, day in enumerate(DAYS):
        names[str(1301 + number)] = f"新会社{number}"
        jquants.publish(day, [make_issue(code, company_name=name, margin_code="2") for code, name in names.items()])
    jquants.bulk.publish_months(jquants.lists)
    with jquants.bulk:
        yield jquants


@pytest.fixture
def source(jquants: FakeJquants) -> DataSource:
    """One that takes bulk files."""
    return make_source(jquants, uses_bulk_files=True)
