"""Tables on a terminal, and what keeps a bound."""

import pytest

from bench.report import Measurement, Relation, in_columns, print_report


def test_a_japanese_character_takes_two_places() -> None:
    widths = (-8, 6)

    assert in_columns(("一覧", "1.5"), widths) == "一覧       1.5"
    assert in_columns(("list", "1.5"), widths) == "list       1.5"


def test_what_is_longer_than_its_column_is_not_cut() -> None:
    assert in_columns(("一覧 100 件", "12,345"), (-4, 4)) == "一覧 100 件12,345"


def test_a_measurement_stays_under_its_bound_and_a_relation_within_both_of_its() -> None:
    assert [Measurement("", value, 60, 1).is_met for value in (59.9, 60.0)] == [True, False]
    assert [Relation("", value, at_least=1.0).is_met for value in (0.99, 1.0)] == [False, True]
    assert [Relation("", value, at_most=1.5).is_met for value in (1.5, 1.51)] == [True, False]


def test_each_row_says_its_bound_and_whether_it_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    print_report([Measurement("一括取得", 24.5, 30, 1, "s"), Measurement("初回", 700, 350, 5)])
    _, _, first, second = capsys.readouterr().out.splitlines()

    assert first.split() == ["一括取得", "24.5", "s", "30", "s", "0.82", "達成（1", "回）"]
    assert second.split() == ["初回", "700.0", "ms", "350", "ms", "2.00", "未達（5", "回）"]
