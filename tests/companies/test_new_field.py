"""A field that lists tell one day is one entry of `companies.fields`, and what a table and an event need of it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from companies.choices import EventType
from companies.fields import COMPANY_FIELDS, CompanyField
from companies.listed_issue import LEDGER_FIELDS
from companies.models import Company, CompanyVersion
from tests.project_copy import copy_project
from tests.toy_field.addition import add_trading_unit

#: Those that the recipe names, whichever the next numbers are.
TOUCHED = {
    "companies/choices.py", "companies/events/view/listing_events_N.sql", "companies/fields.py", "companies/listed_issue.py",
    "companies/migrations/N_trading_unit.py", "companies/states.py", "datasources/jquants/listing.py",
}  # fmt: skip


def run(project: Path, *command: str | Path) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(project.parent),
        "MEIGARA_LOCAL_DIR": str(project.parent / "local"),
    }
    done = subprocess.run(command, cwd=project, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


def test_a_field_is_added_in_seven_files_and_is_everywhere(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    run(project, "git", "add", "--all")
    add_trading_unit(project)
    run(project, "git", "add", "--intent-to-add", "companies")

    touched = run(project, "git", "diff", "--name-only").split()
    assert sorted(re.sub(r"\d+", "N", name) for name in touched) == sorted(TOUCHED)
    assert "9 passed" in run(
        project, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/toy_field/check_trading_unit.py"
    )


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
