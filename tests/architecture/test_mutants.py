"""The planted faults keep in step with the product."""

import subprocess

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
