"""Rows kept by column are the rows that were put in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.api.company_table import CompanyTable, column_of

_rows = st.lists(st.fixed_dictionaries({"code": st.text(), "market": st.sampled_from(["プライム", "グロース", None])}))


@given(rows=_rows)
def test_a_table_reads_as_its_rows(rows: list[dict[str, Any]]) -> None:
    table = CompanyTable(rows)

    assert len(table) == len(rows)
    assert [dict(row) for row in table] == rows
    assert [dict(row) for row in reversed(table)] == rows[::-1]
    assert all(table[place]["code"] == row["code"] for place, row in enumerate(rows))
    assert list(column_of(table, "market")) == column_of(rows, "market")


def test_a_value_is_kept_once_however_often_it_is_said() -> None:
    table = CompanyTable({"market": "".join(["プライ", "ム"]), "code": str(code)} for code in range(10_000))

    assert len({id(value) for value in table.column("market")}) == 1
    assert list(table.column("code")) == [str(code) for code in range(10_000)]


def test_there_is_no_row_beyond_the_last() -> None:
    table = CompanyTable([{"code": "7203"}])

    assert table[-1]["code"] == "7203"
    for place in (1, -2):
        with pytest.raises(IndexError):
            table[place]
