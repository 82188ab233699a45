"""Each method of the Python client against the running product."""

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from meigara_client import (
    JAPAN,
    Client,
    CompanyNotFound,
    ConfigurationError,
    InvalidApiKey,
    IssuerNotFound,
    QuotesDisabled,
    RevisionNotFound,
    SnapshotNotFound,
    UnexpectedAnswer,
    ValidationError,
    models,
)  # fmt: skip
from meigara_client.pages import read
from pytest_django import DjangoDbBlocker

from companies.issuers.issuer_lists import apply_issuer_list
from tests.clients.conftest import committed, make_key
from tests.clients.proxy import Proxy
from tests.conftest import FEBRUARY, MARCH, apply_two_lists
from tests.edinet_lists import make_filer

# A database is made for who is marked so.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def key(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Of a product with two lists, and an issuer behind one of the companies."""
    with committed(django_db_blocker):
        apply_two_lists()
        toyota = make_filer("7203", "E02144", name="トヨタ自動車株式会社", name_english="TOYOTA")
        apply_issuer_list(MARCH, [toyota], force=True)
        yield make_key()


def test_a_universe_is_who_was_listed_on_the_day_with_what_each_was_then(client: Client) -> None:
    then, now = client.universe("2024-03-15"), client.universe()

    assert (then.day, then.revision, now.day) == (date(2024, 3, 15), 3, None)
    assert (then.codes, now.codes) == (["1301", "7201", "7203", "9984"], ["1301", "130A", "7201", "7203"])
    assert then.keys() - now.keys() == {"9984"}
    assert (then["1301"].company_name, now["1301"].company_name) == ("極洋", "極洋ホールディングス")
    assert (now["7203"].edinet_code, now["7203"].reference_date) == ("E02144", MARCH)
    assert repr(then) == "<Universe of 2024-03-15: 4 issues, revision 3>"


def test_many_issues_come_in_the_order_of_their_codes_and_of_one_revision(client: Client) -> None:
    found = client.companies(["7203.T", "9999", "TYO:1301", "72030"], as_of="2024-03-15")
    assert [company.code for company in found.companies] == ["7203", "1301"]
    assert (found.total, found.not_found, found.duplicates) == (2, ("9999",), ("7203",))
    assert found.companies[1].company_name == "極洋"
    assert client.companies(["1301"], known_at=1).companies[0].company_name == "極洋"

    many = client.companies([*(str(code) for code in range(1000, 7000)), "1301"])
    assert many.companies[0].code == "1301"
    assert many.duplicates == ("1301",)
    assert many.total + len(many.not_found) == 6000
    assert client.companies([]).total == 0
    with pytest.raises(ValidationError) as wrong:
        client.companies(["1301", "7203.N"])
    assert "7203.N" in wrong.value.details["codes"][0]


def test_a_universe_is_narrowed_by_the_filters_of_the_list_and_known_as_at_a_revision(client: Client) -> None:
    assert client.universe(market_code=["0112", "0113"]).codes == ["130A", "7203"]
    assert client.universe(FEBRUARY, q="極洋").codes == ["1301"]
    assert client.universe(MARCH, known_at=1)["1301"].company_name == "極洋"


def test_a_company_its_history_and_its_identifiers(client: Client) -> None:
    toyota, then = client.company("7203.T"), client.company("7203", as_of=FEBRUARY)
    history = client.history("9984")

    assert (toyota.code, toyota.market_code, then.market_code) == ("7203", "0112", "0111")
    assert toyota.updated_at.tzinfo is not None
    assert [(one.valid_from, one.valid_until) for one in history.versions] == [(FEBRUARY, MARCH)]
    assert [(one.type, one.date, one.observed_after) for one in history.events] == [("delisted", MARCH, FEBRUARY)]
    assert client.identifiers("7203").identifiers == ()


def test_events_are_those_of_the_period_newest_first(client: Client) -> None:
    found = list(client.events("2024-03-01", "2024-03-31"))

    assert {(one.code, one.type) for one in found} == {
        ("1301", "renamed"), ("7203", "market_changed"), ("9984", "delisted"), ("130A", "listed"),
    }  # fmt: skip
    [moved] = client.events(type="market_changed")
    assert (moved.changes.market_code, moved.changes.company_name) == (("0111", "0112"), None)
    assert list(client.events(known_at=1)) == []


def test_changes_say_how_two_days_differ(client: Client) -> None:
    changes = client.changes(date(2024, 3, 1), MARCH)

    assert (changes.from_, changes.to, changes.total, changes.next) == (FEBRUARY, MARCH, 4, None)
    assert sorted((one.code, one.type) for one in changes.changes) == [
        ("1301", "changed"), ("130A", "listed"), ("7203", "changed"), ("9984", "delisted"),
    ]  # fmt: skip


def test_search_finds_as_people_type(client: Client) -> None:
    assert [one.code for one in client.search("toyota")] == ["7203"]
    assert client.search("zzzz") == []


def test_issuers_lineage_and_successions(client: Client) -> None:
    assert [one.edinet_code for one in client.issuers(code="7203")] == ["E02144"]
    assert [one.code for one in client.issuer("E02144").companies] == ["7203"]
    assert [one.code for one in client.lineage("7203").companies] == ["7203"]
    assert client.successions(status="confirmed") == []
    assert list(client.announcements()) == []


def test_lists_markets_and_sectors(client: Client) -> None:
    assert [one.date_in_force for one in client.snapshots(status="holding")] == [MARCH, FEBRUARY]
    assert "0111" in {one.code for one in client.markets()}
    assert (len(client.sectors()), len(client.sectors("17"))) == (34, 18)


def test_the_calendar_is_asked_for_in_parts_that_the_server_takes(client: Client) -> None:
    days = client.calendar("2024-01-01", "2025-12-31")

    assert [days[0].date, days[-1].date, len(days)] == [date(2024, 1, 1), date(2025, 12, 31), 731]
    march = next(day for day in days if day.date == MARCH)
    assert (march.is_business_day, march.basis, march.kind, march.told_at) == (True, "computed", None, None)
    assert march.list == models.ListOfDay(source="jpx", is_provisional=False)
    assert (days[0].is_business_day, days[0].next_business_day, days[0].list) == (False, date(2024, 1, 4), None)
    assert len(client.calendar()) == 31


def test_a_page_of_the_feed_tells_revisions_and_where_to_go_on(client: Client) -> None:
    first = client.feed(limit=1)
    second = client.feed(first.next)

    assert [one.revision for one in first.revisions] == [1]
    assert [(one.revision, one.kind) for one in second.revisions] == [(2, "applied"), (3, "issuer_list")]
    assert {one.code for one in second.revisions[0].withdrawn} == {"1301", "7203", "9984"}
    assert {one.code for one in second.revisions[0].recorded} == {"1301", "130A", "7203", "9984"}
    assert (second.newest, first.epoch) == (3, second.epoch)


@pytest.mark.parametrize(
    ("ask", "error", "code", "named"),
    [
        (lambda client: client.company("9999"), CompanyNotFound, "COMPANY_NOT_FOUND", ("code", "9999")),
        (lambda client: client.universe("2001-01-01"), SnapshotNotFound, "SNAPSHOT_NOT_FOUND", ("first_date", "2024-02-29")),
        (lambda client: client.universes(["2001-01-01"]), SnapshotNotFound, "SNAPSHOT_NOT_FOUND", ("first_date", "2024-02-29")),
        (lambda client: client.universe(known_at=99), RevisionNotFound, "REVISION_NOT_FOUND", ("newest_revision", 3)),
        (lambda client: client.universes([MARCH], known_at=99), RevisionNotFound, "REVISION_NOT_FOUND", ("newest_revision", 3)),
        (lambda client: client.issuer("E99999"), IssuerNotFound, "ISSUER_NOT_FOUND", ("edinet_code", "E99999")),
    ],
)  # fmt: skip
def test_what_is_not_there_is_an_exception_of_its_own(
    client: Client, ask: Callable[[Client], object], error: type[CompanyNotFound], code: str,
    named: tuple[str, object],
) -> None:  # fmt: skip
    with pytest.raises(error) as found:
        ask(client)

    assert (found.value.status, found.value.code, found.value.details[named[0]]) == (404, code, named[1])


def test_a_wrong_question_names_the_field(client: Client) -> None:
    with pytest.raises(ValidationError) as found:
        client.universe(market_cod="0111")

    assert (found.value.status, list(found.value.details)) == (400, ["market_cod"])
    with pytest.raises(QuotesDisabled):
        client.quote("7203")


def test_errors_are_told_in_the_language_that_was_asked_for(make_client: Callable[..., Client]) -> None:
    told = []
    for language in ("ja", "en"):
        with pytest.raises(CompanyNotFound) as found:
            make_client(language=language).company("9999")
        told.append(found.value.message)
        with pytest.raises(SnapshotNotFound) as local:
            make_client(language=language).universes(["2001-01-01"])
        told.append(local.value.message)

    assert [text.isascii() for text in told] == [False, False, True, True]


def test_the_key_is_in_no_text_that_is_ever_shown(
    proxy: Proxy, make_client: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    secret = "mk_this-key-is-nobody's"
    with caplog.at_level(logging.DEBUG), Client(proxy.url, secret, language="en") as client:
        with pytest.raises(InvalidApiKey) as refused:
            client.markets()
        with pytest.raises(ConfigurationError) as unusable:
            Client(proxy.url, "秘密の鍵")

    assert proxy.passed[-1].headers["x-api-key"] == secret
    shown = [
        repr(client),
        repr(refused.value),
        str(refused.value),
        repr(vars(client)),
        caplog.text,
        str(unusable.value),
    ]
    assert not [text for text in shown if "nobody's" in text or "秘密" in text]


def test_address_and_key_come_from_the_environment_where_they_are_not_given(
    proxy: Proxy, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="MEIGARA_URL and MEIGARA_API_KEY"):
        Client()
    monkeypatch.setenv("MEIGARA_URL", f"{proxy.url}/api/v1/")
    monkeypatch.setenv("MEIGARA_API_KEY", key)

    with Client() as client:
        assert client.company("7203").code == "7203"
    assert repr(client) == f"<Client of {proxy.url}>"
    assert proxy.passed[-1].headers["user-agent"].startswith("meigara-client/0.1.0 (Python ")


@pytest.mark.parametrize(
    "url",
    [
        "meigara.example", "ftp://meigara.example", "https://me:secret@meigara.example", "", "https://host:abc",
        "https://me:sec/ret@h", "https://me:8443/secret@h", "https://xn--secret-0000000000",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_right_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigurationError) as found:
        Client(url, "key")

    shown = "".join(traceback.format_exception(found.value))
    assert not [part for part in ("'sec'", "secret", "'abc'") if part in shown]


def test_a_field_of_tomorrow_is_passed_over_and_one_that_lacks_is_told(client: Client) -> None:
    told = {"code": "1301", "name": "x", "name_english": "y", "colour": "red"}

    assert read(models.Master, told) == models.Master(code="1301", name="x", name_english="y")
    with pytest.raises(UnexpectedAnswer, match="Master cannot be read from the answer: KeyError"):
        read(models.Master, {"code": "1301"})


def test_a_moment_is_asked_with_its_time_zone(client: Client) -> None:
    assert client.universe(known_at=datetime(2020, 1, 1, tzinfo=JAPAN)).codes == []
    with pytest.raises(ValueError, match="has no time zone"):
        client.universe(known_at=datetime(2020, 1, 1))  # noqa: DTZ001 - what is refused


def test_events_are_asked_for_page_by_page_as_they_are_needed(client: Client, proxy: Proxy) -> None:
    events: Iterator[models.Event] = client.events()
    assert proxy.passed == []

    next(events)

    assert proxy.paths() == ["/companies/events"]
