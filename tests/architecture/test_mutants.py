"""The planted faults keep in step with the product."""

import subprocess

import pytest

from tests.mutants.mutant import PROJECT, Mutant, list_mutants


@pytest.mark.parametrize("mutant", list_mutants(), ids=lambda mutant: mutant.name)
def test_a_planted_fault_still_fits_the_product(mutant: Mutant) -> None:
    try:
        mutant.apply(PROJECT, "--check")
    except subprocess.CalledProcessError as error:
        pytest.fail(f"{mutant.path.name} has to be made anew: {error.stderr.decode()}")


@pytest.mark.parametrize("mutant", list_mutants(), ids=lambda mutant: mutant.name)
def test_the_test_that_has_to_notice_it_exists(mutant: Mutant) -> None:
    for test in mutant.tests:
        file, _, function = test.partition("::")
        source = (PROJECT / file).read_text()
        assert f"def {function.partition('[')[0]}(" in source if function else True
