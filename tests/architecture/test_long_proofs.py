"""The files that `make test` leaves out are there, and `make proofs` runs them."""

from tests.long_proofs import LONG, PROJECT


def test_each_of_them_exists() -> None:
    assert [name for name in sorted(LONG) if not (PROJECT / name).is_file()] == []


def test_what_one_command_leaves_out_the_other_runs() -> None:
    makefile = (PROJECT / "Makefile").read_text()

    assert '-m "not long")' in makefile
    assert "-m long $(ARGS)" in makefile
