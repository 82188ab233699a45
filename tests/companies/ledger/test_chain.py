"""The chain of revisions: what a hash covers, when it is given, and that a stranger comes to the same."""

import hashlib
import json
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.db import connection, transaction

from companies.choices import RevisionKind
from companies.ledger.chain import BEGINNING, chain_revisions, find_head, is_unchained
from companies.ledger.chain_facts import load_facts
from companies.ledger.changes import number_unnumbered
from companies.ledger.history_proof import prove_history
from companies.ledger.snapshots import apply_snapshot, preview_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import LedgerRevision, ListingSnapshot
from tests.companies.ledger.every_change import KINDS, do_everything
from tests.conftest import MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.django_db


def chain() -> list[tuple[str | None, str | None]]:
    return list(LedgerRevision.objects.order_by("number").values_list("chain", "link"))


def links() -> list[dict[str, Any]]:
    return [json.loads(link or "") for _, link in chain()]


def test_each_change_of_any_kind_leaves_a_hash_of_its_words_that_goes_on_from_the_one_before() -> None:
    do_everything()

    stored = chain()
    hashes = [value for value, _ in stored]
    assert [link["kind"] for link in links()] == KINDS
    assert {*KINDS} == {*RevisionKind.values}
    assert hashes == [hashlib.sha256((link or "").encode()).hexdigest() for _, link in stored]
    assert [link["before"] for link in links()] == [BEGINNING, *hashes[:-1]]
    assert find_head() == (len(KINDS), hashes[-1])
    assert prove_history().differences == []


def test_a_link_tells_the_list_and_a_canonical_form_that_any_json_writer_comes_to(two_lists: None) -> None:
    entry, revision = ListingSnapshot.objects.get(date_in_force=MARCH), LedgerRevision.objects.get(number=2)
    first, second = links()

    assert first["before"] == BEGINNING
    assert second == {
        "before": LedgerRevision.objects.get(number=1).chain, "number": 2, "kind": "applied", "day": str(revision.day),
        "recorded_at": f"{revision.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "list": {
            "id": entry.pk, "source": "jpx", "date_in_force": "2024-03-29", "row_count": 4, "sha256": entry.sha256,
            "recorded_at": f"{entry.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        },
    }  # fmt: skip
    assert revision.link == json.dumps(second, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_facts_are_told_by_who_recorded_and_who_took_back_with_all_that_never_changes() -> None:
    do_everything()
    numbers = {kind: number for number, kind in reversed(list(enumerate(KINDS, start=1)))}
    newest = len(KINDS)
    facts = load_facts(0, newest, [numbers["rebuilt"]])
    told = {number: [json.loads(line) for line in lines.splitlines()] for number, lines in facts.items()}

    assert all(
        line == json.dumps(json.loads(line), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        for lines in facts.values()
        for line in lines.splitlines()
    )
    assert [(one["reason"], one["withdrawn_by"]) for one in told[numbers["withdrawn"]] if one["about"] == "withdrawal"] == [
        ("別の日の一覧", "山田")
    ]  # fmt: skip
    assert told[numbers["issuer_list_withdrawn"]][-1]["reason"] == "古い"
    replaced = told[numbers["official_dates"] + 1]
    assert {(one["change"], one["reason"]) for one in replaced} == {("withdrawn", "完全子会社化"), ("recorded", "合併")}
    assert {one["origin"] for one in replaced} == {"CSV"}
    assert {(one["change"], one["value"], one.get("valid_until")) for one in told[numbers["identifiers"] + 1]} == {
        ("withdrawn", "JP3633400001", None), ("recorded", "JP3633400001", "2024-03-29"), ("recorded", "JP3756600007", None),
    }  # fmt: skip
    assert [(one["change"], one["predecessor"], one["kind"]) for one in told[numbers["decision"] + 1]] == [
        ("withdrawn", "9984", "share_transfer")
    ]
    rebuilt = {(one["change"], one["company_name"]) for one in told[numbers["rebuilt"]] if one["about"] == "version"}
    assert rebuilt == {("withdrawn", "書き換え"), ("recorded", "日産自動車")}
    assert {one["about"] for one in told[numbers["issuer_list"]]} == {"issuer"}


def test_what_is_only_tried_leaves_the_chain_as_it_was(two_lists: None) -> None:
    before = chain()

    preview_snapshot(MARCH, [make_issue("7203")], "jquants")

    assert chain() == before


def test_what_becomes_known_of_a_list_later_is_covered_by_a_revision_of_its_own_or_none(two_lists: None) -> None:
    entry = ListingSnapshot.objects.get(date_in_force=MARCH)
    before = chain()

    withdraw_entry(entry.pk, reason="誤り", withdrawn_by="山田")

    assert chain()[:2] == before
    assert links()[2]["list"]["id"] == entry.pk
    assert links()[2]["facts"]["count"] == 1
    assert prove_history().differences == []


def test_what_the_release_before_wrote_has_none_until_the_next_change_which_goes_on_after_it(two_lists: None) -> None:
    """Also what is written then: the release before numbers and knows no chain."""
    right = chain()
    LedgerRevision.objects.filter(number=2).update(chain=None, link=None)
    assert is_unchained()
    assert find_head() == (1, right[0][0])

    proof = prove_history()
    apply_snapshot(MARCH, [make_issue("7203")], "jquants", force=True)

    assert (proof.differences, proof.chain.unchained, proof.chain.head.revision) == ([], 1, 1)
    assert chain()[:2] == right
    assert links()[2]["before"] == right[1][0]
    assert prove_history().chain.unchained == 0


def test_where_nothing_is_written_whoever_looks_each_minute_gives_it(two_lists: None) -> None:
    right = chain()
    LedgerRevision.objects.update(chain=None, link=None)

    assert (number_unnumbered(), is_unchained()) == (0, False)
    assert chain() == right
    assert number_unnumbered() == 0


def test_the_past_is_chained_as_if_it_had_been_from_the_beginning_and_interrupted_goes_on() -> None:
    do_everything()
    right = chain()
    LedgerRevision.objects.filter(number__gt=5).update(chain=None, link=None)

    count = chain_revisions(lambda name: apps.get_model("companies", name))

    assert count == len(KINDS) - 5
    assert chain() == right
    assert chain_revisions() == 0


def test_a_change_that_is_rolled_back_takes_its_hash_with_it(two_lists: None) -> None:
    before = chain()
    with transaction.atomic():
        apply_snapshot(MARCH, [make_issue("7203")], "jquants", force=True)
        transaction.set_rollback(True)

    assert chain() == before


def test_a_hash_does_not_depend_on_how_the_connection_writes_days_and_moments(two_lists: None) -> None:
    do = [("DateStyle", "SQL, DMY"), ("TimeZone", "America/New_York")]
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=MARCH).pk, reason="誤り", withdrawn_by="山田")
    right = load_facts(0, 3, [])
    with connection.cursor() as cursor:
        for name, value in do:
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])

        assert load_facts(0, 3, []) == right
    assert orjson.loads(right[3].splitlines()[0])["withdrawn_at"].endswith("Z")


def test_a_list_that_held_for_no_day_and_is_taken_back_leaves_its_hash_at_once() -> None:
    apply_snapshot(MARCH, [make_issue("7203")], "jquants")
    kept = apply_snapshot(MARCH, [make_issue("7203", company_name="トヨタ")], "jpx")

    withdraw_entry(kept.snapshot_id, reason="誤り", withdrawn_by="山田")

    assert [link["kind"] for link in links()] == ["applied", "kept", "withdrawn"]
    assert not is_unchained()
