"""A status has its words and its colour where it is defined."""

from collections.abc import Iterator

import pytest
from django.db import models

from operations.part_states import PartState
from syncjobs.choices import RunStatus
from wording.coloured_choices import Colour, ColouredChoices


def all_of_them(kind: type[ColouredChoices] = ColouredChoices) -> Iterator[type[ColouredChoices]]:
    for one in kind.__subclasses__():
        yield one
        yield from all_of_them(one)


def test_every_member_of_every_status_has_a_colour_and_words() -> None:
    statuses = {one.__qualname__: one for one in all_of_them() if one.__module__.partition(".")[0] != "tests"}

    assert {"RunStatus", "EventType", "EntryStatus", "Finality", "ChangeType", "SourceHealth", "KeyState"} <= set(
        statuses
    )
    assert {"BackupOutcome", "BackupCondition", "ScheduleState", PartState.__name__} <= set(statuses)
    for status in statuses.values():
        assert all(isinstance(member.colour, Colour) and str(member.label) for member in status), status
        assert set(status.colours()) == set(status.values)


def test_red_is_what_failed_or_ended_and_green_what_is_well() -> None:
    coloured: dict[Colour, set[str]] = {colour: set() for colour in Colour}
    for status in all_of_them():
        for member in status:
            coloured[member.colour].add(f"{status.__name__}.{member.name}")

    assert coloured[Colour.DANGER] == {
        "RunStatus.FAILED", "EventType.DELISTED", "ChangeType.DELISTED", "EntryStatus.WITHDRAWN", "KeyState.REVOKED",
        "SourceHealth.FAILING", "BackupOutcome.FAILED", "BackupCondition.FAILING", "BackupCondition.LATE",
        "Agreement.OUTSIDE_INTERVAL", "ChangeKind.DELETED", "ChangeKind.REVOKED",
        "NoticeKind.DELISTED", "NoticeKind.RUN_FAILED", "NoticeKind.PROOF_FAILED", "NoticeKind.DESTINATION_PAUSED",
        "NoticeKind.SUBSCRIPTION_ENDED", "DestinationStatus.ENDED", "ProofResult.DIFFERS", "PartState.WRONG",
        "PartState.UNAVAILABLE", "PartState.READ_ONLY", "PartState.FULL", "PartState.NO_CONNECTIONS",
    }  # fmt: skip
    assert coloured[Colour.SUCCESS] == {
        "RunStatus.COMPLETED", "EventType.LISTED", "EventType.RELISTED", "ChangeType.LISTED", "EntryStatus.HOLDING", "KeyState.GOOD",
        "SourceHealth.OK", "BackupOutcome.SUCCEEDED", "BackupCondition.GOOD", "ScheduleState.ON",
        "RevisionKind.APPLIED", "RevisionKind.ISSUER_LIST", "RevisionKind.OFFICIAL_DATES", "RevisionKind.IDENTIFIERS", "RevisionKind.IN_FORCE",
        "NoticeKind.LISTED", "NoticeKind.RELISTED", "NoticeKind.VIEW_ENTERED", "DestinationStatus.ACTIVE", "DeliveryStatus.DELIVERED",
        "ProofResult.AGREES",
        "SuccessionStatus.CONFIRMED", "Agreement.AGREEING", "ChangeKind.ADDED", "PartState.OK", "UserState.ACTIVE", "StepState.DONE",
    }  # fmt: skip


def test_a_status_without_a_colour_cannot_be_defined() -> None:
    with pytest.raises(ValueError, match="not enough values"):

        class Colourless(ColouredChoices):
            GOOD = "good", "good indeed"

    with pytest.raises(ValueError, match="purple"):

        class Purple(ColouredChoices):
            GOOD = "good", "purple", "good indeed"


def test_a_status_is_found_stored_and_offered_by_its_value_alone() -> None:
    failed = RunStatus("failed")

    assert failed is RunStatus.FAILED
    assert (failed, str(failed), failed.shown, failed.colour) == ("failed", "failed", ("failed", "失敗"), "danger")
    assert [(value, str(words)) for value, words in RunStatus.choices][:2] == [
        ("queued", "待機中"),
        ("running", "実行中"),
    ]
    assert models.TextField(choices=RunStatus).choices == RunStatus.choices
