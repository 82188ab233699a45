"""The law of the stream: who follows it from the beginning holds what the ledger holds, wherever it was stopped and whatever it asked."""

import importlib.util
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from api.keys import create_api_key
from companies.api import rows
from companies.known.reading import NOW
from companies.ledger.history_proof import rebuild_history
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS
from companies.models import CompanyIssuer, CompanyVersion
from tests.examples import trying
from tests.laws.issuer_reference import DatedFilers
from tests.laws.issuer_strategies import recorded_filers
from tests.laws.reference import DatedList
from tests.laws.strategies import recorded_lists
from tests.laws.test_ledger_laws import forgotten_afterwards
from tests.laws.test_revision_laws import do_at_random, newest

pytestmark = pytest.mark.django_db

#: The example of the documentation.
_SPEC = importlib.util.spec_from_file_location("follow_feed", Path(__file__).parents[2] / "docs" / "follow_feed.py")
assert _SPEC is not None
assert _SPEC.loader is not None
follow_feed: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(follow_feed)

Fetch = Callable[[dict[str, Any]], tuple[int, Any]]


class Killed(Exception):
    """The follower's process ended here."""


def fetcher() -> Fetch:
    client = Client(headers={"X-API-Key": create_api_key(name="law", scopes=["read"], rate_limit_per_hour=10**6)[1]})

    def fetch(query: dict[str, Any]) -> tuple[int, Any]:
        answer = client.get("/api/v1/feed", query)
        return answer.status_code, answer.json()

    return fetch


def copied_versions(copy: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return copy.execute("SELECT * FROM versions ORDER BY code, valid_from").fetchall()


def stored_versions() -> list[tuple[Any, ...]]:
    stored = CompanyVersion.objects.order_by("code", "validity").values_list(
        "code", "validity", *(field.path for field in LEDGER_FIELDS)
    )
    return [
        (code, validity.lower.isoformat(), validity.upper and validity.upper.isoformat(), *state)
        for code, validity, *state in stored
    ]


class EventFollower:
    """Holds the events that have appeared and not disappeared, and the facts beside the lists."""

    def __init__(self, fetch: Fetch) -> None:
        self.fetch, self.after, self.held = fetch, "0", set[str]()
        self.facts = set[str]()

    def take_next(self, **how: int) -> bool:
        _, answer = self.fetch({"after": self.after, **how})
        for revision in answer["revisions"]:
            gone, come = ({text(event) for event in revision["events"][part]} for part in ("disappeared", "appeared"))
            assert gone <= self.held
            assert not come & (self.held - gone)
            self.held = (self.held - gone) | come
            taken, told = ({text(fact) for fact in revision["facts"][part]} for part in ("withdrawn", "recorded"))
            assert taken <= self.facts
            self.facts = (self.facts - taken) | told
        self.after = answer["next"]
        return bool(answer["revisions"])


def text(event: dict[str, Any]) -> str:
    return json.dumps(event, default=str, sort_keys=True)


def test_the_example_copies_every_field_that_is_tracked() -> None:
    assert follow_feed.STATE == TRACKED_FIELDS


@trying(12)
@given(lists=recorded_lists, filers=recorded_filers, data=st.data())
def test_a_follower_killed_and_continued_anywhere_holds_the_versions_the_events_and_the_facts(
    db: None,
    tmp_path_factory: pytest.TempPathFactory,
    lists: list[DatedList],
    filers: list[DatedFilers],
    data: st.DataObject,
) -> None:
    sizes = st.fixed_dictionaries({"limit": st.integers(1, 4), "rows": st.integers(1, 9)})
    path = tmp_path_factory.mktemp("copy") / "history.sqlite3"
    with forgotten_afterwards():
        fetch, copy = fetcher(), follow_feed.open_copy(path)
        events = EventFollower(fetch)

        def die(query: dict[str, Any]) -> tuple[int, Any]:
            fetch(query)
            raise Killed

        def follow_a_little() -> None:
            nonlocal copy
            for _ in range(data.draw(st.integers(0, 3))):
                if data.draw(st.booleans()):
                    with pytest.raises(Killed):
                        follow_feed.take_next(copy, die, **data.draw(sizes))
                    copy.close()
                    copy = follow_feed.open_copy(path)
                follow_feed.take_next(copy, fetch, **data.draw(sizes))
                events.take_next(**data.draw(sizes))

        do_at_random(lists, data, follow_a_little, filers)
        rebuild_history()
        while follow_feed.take_next(copy, fetch, **data.draw(sizes)):
            pass
        while events.take_next(**data.draw(sizes)):
            pass

        assert copied_versions(copy) == stored_versions()
        beside_lists = ("official_on", "succeeded_by", "preceded_by")
        told = [{name: event[name] for name in event if name not in beside_lists} for event in rows.events(NOW.events)]
        assert events.held == {text(json.loads(json.dumps(event, default=str))) for event in told}
        assert {(one["code"], one["valid_from"], one["edinet_code"]) for one in map(json.loads, events.facts)} == {
            (code, validity.lower.isoformat(), edinet_code)
            for code, validity, edinet_code in CompanyIssuer.objects.known_at().values_list(
                "code", "validity", "edinet_code"
            )
        }
        assert fetch({"after": newest()})[1]["revisions"] == []
        copy.close()
