"""The programs in the documents of the Python client run as they stand, and find what is so."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pytest_django import DjangoDbBlocker

from companies.ledger.snapshots import apply_snapshot
from tests.clients.conftest import committed, make_key
from tests.clients.documents import FOR_QUANTS, README, programs, run
from tests.clients.proxy import Proxy
from tests.factories import make_issue

MONTHS = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 29), date(2024, 4, 30), date(2024, 5, 31), date(2024, 6, 28)]  # fmt: skip
CODES = [str(code) for code in range(1301, 1313)]
#: Code → the first month whose list lacks it.
GONE = {"1303": 3, "1306": 4, "1309": 5}
# A database is made for who is marked so.
pytestmark = pytest.mark.django_db


def listed(month: int) -> list[str]:
    return [code for code in CODES if month < GONE.get(code, len(MONTHS))]


@pytest.fixture(scope="module")
def key(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Of a product with six months, in which three companies go, 1301 is renamed and 1302 moves."""
    with committed(django_db_blocker):
        for month, day in enumerate(MONTHS):
            issues = [
                make_issue(code, company_name="新しい名" if (code, month > 1) == ("1301", True) else f"会社{code}", market_code="0112" if (code, month > 3) == ("1302", True) else "0111")
                for code in listed(month)
            ]  # fmt: skip
            apply_snapshot(day, issues, "jpx", force=True)
        yield make_key()


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: Proxy, key: str) -> pd.DataFrame:
    """Each weekday's; who will go rises for two months, and falls by half in the last."""
    rows = []
    for number, code in enumerate(CODES):
        end = GONE.get(code, len(MONTHS))
        for step in range((MONTHS[-1] - MONTHS[0]).days + 1):
            day = MONTHS[0] + timedelta(days=step)
            if day.weekday() < 5 and (end == len(MONTHS) or day < MONTHS[end] - timedelta(days=5)):
                is_last = code in GONE and day > MONTHS[end - 1]
                close = 1000.0 + number + (step * (9 if code in GONE else number % 5))
                rows.append((day.isoformat(), code, close / 2 if is_last else close))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEIGARA_URL", proxy.url)
    monkeypatch.setenv("MEIGARA_API_KEY", key)
    frame = pd.DataFrame(rows, columns=["date", "code", "close"])
    frame.to_csv("prices.csv", index=False)
    return frame


def plain_momentum(prices: pd.DataFrame, universe_of: Any) -> float:
    """The strategy once more, with dictionaries."""
    closes: dict[str, dict[str, float]] = {code: dict(zip(rows["date"], rows["close"], strict=True)) for code, rows in prices.groupby("code")}  # fmt: skip
    value = 1.0
    for month in range(1, len(MONTHS) - 1):
        before, start, end = (MONTHS[month + step].isoformat() for step in (-1, 0, 1))
        rises = sorted(((closes[code][start] / closes[code][before], code) for code in universe_of(month) if start in closes[code]), reverse=True)  # fmt: skip
        held = [code for _, code in rises[: max(1, len(rises) // 3)]]
        results = [closes[code][max(day for day in closes[code] if day <= end)] / closes[code][start] for code in held]
        value *= sum(results) / len(results)
    return value


def test_the_backtest_counts_those_who_went_and_says_what_leaving_them_out_would_have_hidden(
    prices: pd.DataFrame,
) -> None:
    found = run(README, "A backtest without survivors' bias")
    in_segment = {month: [code for code in listed(month) if code != "1302" or month <= 3] for month in range(len(MONTHS))}  # fmt: skip

    assert found["honest"] == pytest.approx(plain_momentum(prices, in_segment.__getitem__))
    assert found["flattered"] == pytest.approx(plain_momentum(prices, lambda _: in_segment[len(MONTHS) - 1]))
    assert found["flattered"] > found["honest"] + 0.1


def test_the_first_program_and_the_follower_run(prices: pd.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(programs(README)[0], README, "exec"), {})
    assert capsys.readouterr().out == "12 False 新しい名\n1303 会社1303 after 2024-03-29 by 2024-04-30\n"

    with closing(run(README, "Following")["copy"]) as copy:
        assert sorted(code for (code,) in copy.execute("SELECT code FROM versions")) == sorted([*CODES, "1301", "1302"])


def test_what_was_listed_then_and_what_became_of_it(prices: pd.DataFrame) -> None:
    found = run(FOR_QUANTS, "The universe of a past day")

    assert found["gone"] == {"1302", "1303", "1306", "1309"}
    assert found["renamed"] == {"1301"}
    assert list(found["table"]["code"]) == CODES


def test_the_issues_of_a_portfolio(prices: pd.DataFrame) -> None:
    found = run(FOR_QUANTS, "The issues of a portfolio")

    assert list(found["sectors"]) == ["1301", "1302"]
    assert (found["unknown"], found["twice"]) == (("9999",), ("1301",))


def test_universes_of_every_rebalancing_day(prices: pd.DataFrame) -> None:
    found = run(FOR_QUANTS, "Universes of every rebalancing day")

    assert list(found["sizes"].items()) == list(zip(MONTHS, [12, 12, 12, 11, 9, 8], strict=True))
    assert found["turnover"] == pytest.approx(4 / 12)


def test_states_beside_prices_in_both_kinds_of_frames(prices: pd.DataFrame) -> None:
    found = run(FOR_QUANTS, "What each company was on the day of its price")

    assert list(found["by_segment"].columns) == ["0111", "0112"]
    assert found["by_segment"]["0112"].first_valid_index() == pd.Timestamp(MONTHS[4])
    last = found["count"].filter(date=MONTHS[-1])
    assert dict(last.select("market_code", "len").iter_rows()) == {"0111": 8, "0112": 1}


def test_what_was_known_then(prices: pd.DataFrame) -> None:
    found = run(FOR_QUANTS, "What was known then")

    assert found["late"] == {"1301"}
    assert [number for number, _, _ in found["revisions"]] == [1, 2, 3, 4, 5, 6]


def test_delistings_and_past_names(prices: pd.DataFrame) -> None:
    found = run(FOR_QUANTS, "Delistings and what came after them")

    assert found["exits"] == {code: MONTHS[month] for code, month in GONE.items()}
    assert (found["heirs"], found["past_names"]) == ({}, ["会社1301", "新しい名"])


def test_a_copy_that_stays_current(prices: pd.DataFrame) -> None:
    assert run(FOR_QUANTS, "A copy that stays current")["changed"] == set(CODES)
    assert run(FOR_QUANTS, "A copy that stays current")["changed"] == set()


@pytest.mark.usefixtures("prices")
def test_the_file_that_proves_itself_is_whole_and_has_types() -> None:
    found = run(FOR_QUANTS, "A file that proves itself")

    assert found["is_whole"]
    assert dict(found["first_days"].iter_rows()) == dict.fromkeys(CODES, MONTHS[0])
    assert dict(found["counts"].iter_rows()) == {"0111": 8, "0112": 1}


def test_every_program_of_the_documents_is_run_here() -> None:
    assert (len(programs(README)), len(programs(FOR_QUANTS))) == (3, 10)
    assert all(len(program.splitlines()) <= 12 for program in programs(FOR_QUANTS))
