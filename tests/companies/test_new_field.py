"""A field that lists tell one day is one entry of `companies.fields`, and what a table and an event need of it."""

from typing import Any

import pytest

from companies.choices import EventType
from companies.fields import COMPANY_FIELDS, CompanyField
from companies.listed_issue import LEDGER_FIELDS
from companies.models import Company, CompanyVersion


@pytest.mark.parametrize("field", COMPANY_FIELDS, ids=lambda field: field.name)
def test_the_tables_have_each_field_under_its_name(field: CompanyField) -> None:
    for model in (Company, CompanyVersion):
        column: Any = model._meta.get_field(field.attribute)

        assert (column.column, str(column.verbose_name), column.null) == (
            field.name,
            field.label,
            not field.is_required,
        )
    assert field.event in EventType.values


def test_the_order_of_the_ledger_is_that_of_its_first_rows() -> None:
    assert [field.name for field in LEDGER_FIELDS] == [
        "company_name", "company_name_english", "market_code", "sector17_code", "sector33_code", "scale_category", "margin_code", "product_category",
    ]  # fmt: skip
    assert {field.name for field in LEDGER_FIELDS} == {field.name for field in COMPANY_FIELDS}
