"""The files that `make test` leaves out are there, and `make proofs` runs them."""

import re

from tests.long_proofs import LONG, PROJECT, SAMPLED, is_sampled


def test_each_of_them_exists() -> None:
    assert [name for name in sorted(LONG | SAMPLED) if not (PROJECT / name).is_file()] == []


def test_what_one_command_leaves_out_the_other_runs() -> None:
    makefile = (PROJECT / "Makefile").read_text()

    assert '-m "not long")' in makefile
    assert "@PROOFS=whole $(TEST) $(VENV)/bin/python -m pytest" in makefile
    assert '-m "long or sampled" $(ARGS)' in makefile


def test_whatever_is_tried_on_fewer_cases_is_tried_on_all_of_them_in_the_proofs() -> None:
    asking = {
        path.relative_to(PROJECT)
        for path in PROJECT.glob("tests/**/test_*.py")
        if re.search(r"^from tests\.examples import", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert len(asking) > 8
    assert [str(path) for path in sorted(asking) if not is_sampled(path) and str(path) not in LONG] == []
