"""The receivers of the documentation: what they take, what they refuse, what they take once, and that killing them loses nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.keys import create_api_key
from companies.listed_issue import LEDGER_FIELDS
from companies.models import CompanyVersion
from tests.server import serve
from tests.subscriptions.receiver import SECRET, LibraryReceiver, Receiver, signed
from tests.syncjobs.worker import wait_until

OTHER_SECRET = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
WRITTEN = "SELECT webhook_id FROM messages ORDER BY rowid"


def message(revision: int | None = None) -> bytes:
    content: dict[str, Any] = {"type": "revision" if revision else "test", "revision": revision, "notices": []}
    return json.dumps(
        {"type": content["type"], "timestamp": "2026-11-26T09:00:00Z", "text": "改訂", "data": content}
    ).encode()


def stored_versions() -> list[tuple[Any, ...]]:
    stored = CompanyVersion.objects.order_by("code", "validity").values_list(
        "code", "validity", *(field.path for field in LEDGER_FIELDS)
    )
    return [
        (code, validity.lower.isoformat(), validity.upper and validity.upper.isoformat(), *state)
        for code, validity, *state in stored
    ]


def copied_versions(receiver: Receiver) -> list[tuple[Any, ...]]:
    return receiver.rows("SELECT * FROM versions ORDER BY code, valid_from")


@pytest.fixture(params=[Receiver, LibraryReceiver], ids=["by hand", "by the library"])
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Receiver]:
    started: Receiver = request.param(tmp_path, secrets=f"{SECRET} {OTHER_SECRET}").start()
    yield started
    started.kill()


def test_what_is_signed_is_taken_and_what_comes_again_is_taken_once(receiver: Receiver) -> None:
    first, second = message(), message()

    statuses = [
        receiver.post(first, signed(first, webhook_id=name, secret=secret))
        for name, secret in (("msg_1", SECRET), ("msg_1", SECRET), ("msg_1", OTHER_SECRET), ("msg_2", OTHER_SECRET))
    ]
    both = signed(second, webhook_id="msg_3")
    both["webhook-signature"] = f"v1,bm9uZQ== {both['webhook-signature']}"

    assert statuses == [204, 204, 204, 204]
    assert receiver.post(second, both) == 204
    assert receiver.rows(WRITTEN) == [("msg_1",), ("msg_2",), ("msg_3",)]


def changed(headers: dict[str, str], **values: str | None) -> dict[str, str]:
    told = {**headers, **{name.replace("_", "-"): value for name, value in values.items()}}
    return {name: value for name, value in told.items() if value is not None}


def test_what_is_not_signed_or_not_now_is_refused_and_written_nowhere(receiver: Receiver) -> None:
    body = message()
    right = signed(body)
    refused = [
        (body, signed(body, secret="whsec_" + "A" * 32)),
        (body + b" ", right),
        (body, signed(body, age_seconds=301)),
        (body, signed(body, age_seconds=-330)),
        (body, changed(right, webhook_id="msg_2")),
        (body, changed(right, webhook_timestamp=str(int(right["webhook-timestamp"]) + 1))),
        *((body, changed(right, **{name: None})) for name in ("webhook_id", "webhook_timestamp", "webhook_signature")),
        *((body, changed(right, webhook_timestamp=text)) for text in ("x", "", "9" * 400, "-1")),
        *((body, changed(right, webhook_signature=text)) for text in ("x", "v1,", "v2,bm9uZQ==", "v1,\xe9", ",,,")),
    ]  # fmt: skip

    statuses = [receiver.post(sent, headers) for sent, headers in refused]

    assert statuses == [401] * len(refused)
    assert receiver.rows(WRITTEN) == []
    assert receiver.post(body, right) == 204


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_message_that_tells_of_a_revision_has_the_copy_brought_up_to_the_ledger(
    two_lists: None, tmp_path: Path
) -> None:
    key = create_api_key(name="replica", scopes=["read"])[1]
    body = message(2)
    with serve(tmp_path) as server:
        receiver = Receiver(tmp_path, base_url=server.base_url, key=key).start()
        try:
            without = message()
            assert receiver.post(without, signed(without, webhook_id="msg_0")) == 204
            wait_until(lambda: receiver.rows("SELECT count(*) FROM messages WHERE done_at IS NOT NULL") == [(1,)])
            assert copied_versions(receiver) == []
            assert receiver.post(body, signed(body)) == 204
            wait_until(lambda: copied_versions(receiver) == stored_versions(), receiver.log)
        finally:
            receiver.kill()

    assert len(stored_versions()) == 7


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_was_answered_and_not_done_is_done_after_the_next_start(two_lists: None, tmp_path: Path) -> None:
    key = create_api_key(name="replica", scopes=["read"])[1]
    receiver = Receiver(tmp_path, key=key).start()  # nobody answers there
    body = message(2)
    assert receiver.post(body, signed(body)) == 204
    wait_until(lambda: "not now" in receiver.log_path.read_text())
    receiver.kill()

    with serve(tmp_path) as server:
        receiver.base_url = server.base_url
        receiver.start()
        try:
            wait_until(lambda: copied_versions(receiver) == stored_versions(), receiver.log)
            wait_until(lambda: receiver.rows("SELECT count(*) FROM messages WHERE done_at IS NULL") == [(0,)])
        finally:
            receiver.kill()
