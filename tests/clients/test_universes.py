"""Many days at once: derived by the client from one file, and the same as the product answers day by day."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from meigara_client import Client, ServerError, Universe, models
from meigara_client.universe import STATE_FIELDS, ListedState

from companies.issuers.issuer_lists import apply_issuer_list
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from tests.clients.proxy import Proxy
from tests.conftest import FEBRUARY, MARCH
from tests.edinet_lists import make_filers
from tests.factories import make_issue

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
FIRST = date(2024, 1, 5)
APRIL = date(2024, 4, 30)


def record_random_lists(seed: int) -> list[date]:
    """Nine lists in any order, with listings, delistings, returns, renamings and moves; one is taken back. All days around."""
    dice = random.Random(seed)
    days = [FIRST + timedelta(days=3 * step) for step in range(9)]
    for day in dice.sample(days, len(days)):
        codes = dice.sample(range(1301, 1321), dice.randint(8, 18))
        issues = [make_issue(str(code), company_name=f"会社{code}{dice.choice('ＡＢ')}", market_code=dice.choice(["0111", "0112"])) for code in codes]  # fmt: skip
        apply_snapshot(day, issues, "jpx", force=True)
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=days[5]).pk, reason="false", withdrawn_by="test")
    return [FIRST + timedelta(days=step) for step in range(28)]


def told(universe: Universe[ListedState] | Universe[models.ListedCompany]) -> dict[str, tuple[object, ...]]:
    return {code: tuple(getattr(state, name) for name in STATE_FIELDS) for code, state in universe.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_days_derived_from_the_history_are_what_the_product_answers_for_each(
    key: str, client: Client, seed: int
) -> None:
    days = record_random_lists(seed)

    derived = client.universes(days)
    narrowed = client.universes(days, market_code="0112")
    before = client.universes(days[18:], known_at=6)

    assert list(derived) == days
    assert len({frozenset(universe) for universe in derived.values()}) > 6
    for day in days:
        assert told(derived[day]) == told(client.universe(day)), day
        assert told(narrowed[day]) == told(client.universe(day, market_code="0112")), day
    for day in days[18:]:
        assert told(before[day]) == told(client.universe(day, known_at=6)), day


def test_all_days_together_cost_one_file_and_later_ones_a_look_at_the_feed(
    two_lists: None, client: Client, proxy: Proxy
) -> None:
    days = [FEBRUARY + timedelta(days=step) for step in range(100)]

    first = client.universes(days)
    assert proxy.paths() == ["/companies/history/export", "/feed"]
    assert len(first) == 100
    client.universes(days)
    assert proxy.paths()[2:] == ["/feed"]

    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    later = client.universes([APRIL])

    assert proxy.paths()[3:] == ["/feed", "/companies/history/export", "/feed"]
    assert (later[APRIL].codes, later[APRIL].revision, first[FEBRUARY].revision) == (["7201", "7203"], 3, 2)


def test_what_was_known_once_is_not_loaded_again(two_lists: None, client: Client, proxy: Proxy) -> None:
    client.universes([MARCH], known_at=1)
    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    client.universes([MARCH], known_at=1)

    assert proxy.paths().count("/companies/history/export") == 1


def test_a_look_at_the_feed_that_fails_costs_no_histories_that_are_held(
    two_lists: None, client: Client, proxy: Proxy
) -> None:
    held = client.ledger()
    proxy.refuse(500)
    with pytest.raises(ServerError):
        client.ledger()

    assert client.ledger() is held
    assert proxy.paths().count("/companies/history/export") == 1


def test_days_may_be_texts_and_moments_and_filters_that_only_the_server_knows_are_refused(
    two_lists: None, client: Client
) -> None:
    found = client.universes(["2024-03-01", datetime(2024, 3, 29, 15, 0)])  # noqa: DTZ001 - a day as frames have it

    assert {day: universe.codes for day, universe in found.items()} == {
        date(2024, 3, 1): ["1301", "7201", "7203", "9984"], MARCH: ["1301", "130A", "7201", "7203"],
    }  # fmt: skip
    assert client.universes([MARCH], code=["7203", "9984"])[MARCH].codes == ["7203"]
    with pytest.raises(TypeError, match="20240301 is no day"):
        client.universes([20240301])  # type: ignore[list-item] # what is refused
    with pytest.raises(TypeError, match="not by edinet_code: ask universe"):
        client.universes([MARCH], edinet_code="E02144")


def test_a_universe_of_more_than_a_page_is_whole_and_of_one_revision_whatever_comes_in_between(
    key: str, client: Client, proxy: Proxy
) -> None:
    codes = [str(code) for code in range(1301, 3402)]
    apply_snapshot(FEBRUARY, [make_issue(code) for code in codes], "jpx")

    def another_list() -> None:
        apply_snapshot(MARCH, [make_issue(code, company_name="新") for code in codes[700:]], "jpx", force=True)

    proxy.before.extend([lambda: None, another_list])
    universe = client.universe()

    assert (universe.codes, universe.revision) == (codes, 1)
    assert {company.company_name == "新" for company in universe.values()} == {False}
    assert proxy.paths() == ["/companies"] * 3
    assert len(client.universe()) == 1401


def test_events_of_several_pages_are_of_one_revision_whatever_comes_in_between(
    key: str, client: Client, proxy: Proxy
) -> None:
    codes = [str(code) for code in range(1301, 2901)]
    apply_snapshot(FEBRUARY, [make_issue(code) for code in codes], "jpx")
    apply_snapshot(MARCH, [make_issue(code, company_name="新") for code in codes], "jpx", force=True)

    def another_list() -> None:
        apply_snapshot(APRIL, [make_issue(code, company_name="更") for code in codes], "jpx", force=True)

    proxy.before.extend([lambda: None, another_list])
    events = list(client.events())

    assert sorted(event.code for event in events) == codes
    assert {event.date for event in events} == {MARCH}
    assert len(client.changes(FEBRUARY, APRIL).changes) == 1600


def test_a_list_without_revisions_that_changes_while_it_is_read_is_read_anew(
    key: str, client: Client, proxy: Proxy
) -> None:
    filers = make_filers(1001)
    apply_issuer_list(FEBRUARY, filers, force=True)

    def another_list() -> None:
        apply_issuer_list(MARCH, [replace(filer, name="新") for filer in filers], force=True)

    proxy.before.extend([lambda: None, another_list])
    issuers = client.issuers()

    assert (len(issuers), {issuer.name for issuer in issuers}) == (1001, {"新"})
    assert proxy.statuses == [200, 409, 200, 200]
