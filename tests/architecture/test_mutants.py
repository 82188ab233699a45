"""The planted faults keep in step with the product."""

import subprocess
from datetime import date, timedelta

from tests.mutants.choosing import SAMPLE_SIZE, choose, core_names
from tests.mutants.mutant import PROJECT, Mutant, list_mutants


def misfit(mutant: Mutant) -> str:
    """Why it cannot be planted any more, if so."""
    try:
        mutant.apply(PROJECT, "--check")
    except subprocess.CalledProcessError as error:
        return str(error.stderr.decode())
    return ""


def test_a_planted_fault_still_fits_the_product() -> None:
    mutants = list_mutants()

    assert mutants
    assert {mutant.path.name: found for mutant in mutants if (found := misfit(mutant))} == {}, "has to be made anew"


def test_the_test_that_has_to_notice_it_exists() -> None:
    missing = []
    for mutant in list_mutants():
        for test in mutant.tests:
            file, _, function = test.partition("::")
            if f"def {function.partition('[')[0]}(" not in (PROJECT / file).read_text() and function:
                missing.append((mutant.path.name, test))

    assert missing == []


def test_the_core_is_sixty_that_are_there_and_of_every_part() -> None:
    names = core_names()

    assert (len(names), len(set(names))) == (60, 60)
    assert set(names) <= {mutant.name for mutant in list_mutants()}
    assert {"ledger", "front", "runs", "tokens", "outbox"} <= {name.partition("/")[0] for name in names}


def test_a_sample_is_of_others_each_day_until_all_had_their_turn() -> None:
    mutants = list_mutants()
    others = {mutant.name for mutant in mutants} - set(core_names())
    days = [date(2026, 11, 27) + timedelta(days=number) for number in range(-(-len(others) // SAMPLE_SIZE))]

    samples = [[mutant.name for mutant in choose(mutants, ["sample"], day)] for day in days]

    assert {len(found) for found in samples} == {SAMPLE_SIZE}
    assert {name for found in samples for name in found} == others
    assert choose(mutants, ["sample=2026-11-27"], date(2000, 1, 1)) == choose(mutants, ["sample"], days[0])


def test_faults_are_chosen_by_words_of_their_names_or_all() -> None:
    mutants = list_mutants()

    assert [mutant.name for mutant in choose(mutants, ["core"], date(2026, 1, 1))] == sorted(core_names())
    assert {mutant.name.partition("/")[0] for mutant in choose(mutants, ["outbox/", "tokens/"], date(2026, 1, 1))} == {
        "outbox", "tokens",
    }  # fmt: skip
    assert choose(mutants, [], date(2026, 1, 1)) == mutants
