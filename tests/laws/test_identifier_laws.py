"""The laws of identifiers: files that do not contradict one another give the same in any order, and what was known stays known."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.issuers.identifiers.importing import import_identifiers
from companies.issuers.identifiers.statements import Statement
from companies.issuers.identifiers.told import load_identifiers, value_on
from companies.ledger.snapshots import apply_snapshot
from companies.models import CompanyIdentifier, LedgerRevision
from tests.factories import make_issue
from tests.laws.test_ledger_laws import forgotten_afterwards, on_the_database

pytestmark = pytest.mark.django_db

FIRST = date(2024, 1, 1)
VALUES = ["JP3633400001", "JP3756600007", "JP3435000009"]
KEYS = [("7203", "isin"), ("7203", "figi"), ("25935", "isin")]


@st.composite
def statements(draw: st.DrawFn) -> list[Statement]:
    """Of each beginning one thing is said: then nothing is a correction. An end is after its beginning."""
    told = []
    for code, scheme in KEYS:
        for step in draw(st.sets(st.integers(0, 6), max_size=4)):
            begins = None if step == 0 else FIRST + timedelta(days=step)
            length = draw(st.none() | st.integers(1, 4))
            ends = None if length is None else FIRST + timedelta(days=step + length)
            told.append(Statement(code, scheme, draw(st.sampled_from(VALUES)), begins, ends, "law"))
    return told


def reference(told: list[Statement], key: tuple[str, str], day: date) -> str | None:
    """By another way than the product's: of what began by that day, the last one; if it has not ended by its own words."""
    began = [said for said in told if (said.code, said.scheme) == key and (said.valid_from or date.min) <= day]
    last = max(began, key=lambda said: said.valid_from or date.min, default=None)
    return last.value if last is not None and (last.valid_until is None or day < last.valid_until) else None


def files(data: st.DataObject, told: list[Statement]) -> list[list[Statement]]:
    """In any order, cut into files, some of which say again what was said."""
    shuffled: list[Statement] = data.draw(st.permutations(told))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(shuffled))), max_size=3)))
    parts = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    return [part for part in [*parts, data.draw(st.sampled_from(parts))] if part]


@on_the_database
@given(told=statements(), data=st.data())
def test_any_order_of_files_gives_what_was_said_last_of_each_day(
    db: None, told: list[Statement], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        for file in files(data, told):
            import_identifiers(file)
        known = load_identifiers()

        for key in KEYS:
            for day in (date.min, *(FIRST + timedelta(days=step) for step in range(13))):
                assert value_on(known.get(key[0], []), key[1], day) == reference(told, key, day)


@on_the_database
@given(told=statements(), again=statements(), data=st.data())
def test_what_was_known_stays_known_and_the_last_file_again_changes_nothing(
    db: None, told: list[Statement], again: list[Statement], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        known: dict[int, Any] = {0: {}}
        for place, file in enumerate([*files(data, told), *files(data, again)]):
            import_identifiers(file)
            known[LedgerRevision.objects.count()] = load_identifiers()
            rows = CompanyIdentifier.objects.count()
            assert import_identifiers(file).revision is None
            assert CompanyIdentifier.objects.count() == rows
            apply_snapshot(
                FIRST + timedelta(days=place), [make_issue("7203", company_name=f"会社{place}")], "jpx", force=True
            )
            known[LedgerRevision.objects.count()] = load_identifiers()

        assert {number: load_identifiers(revision=number) for number in known} == known
