"""What the services on our list are sent, over TLS, at their own hosts: seen by an internet of the test's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from subscriptions.channels.chat import ChatChannel
from subscriptions.channels.sending import Job, Outcome
from subscriptions.destinations.chat_addresses import SERVICES, read_chat_address
from subscriptions.told.wording import word_message
from tests.fakes.outside import FakeOutside
from tests.subscriptions.contents import renamed
from tests.subscriptions.destinations.test_chat_addresses import AUTOMATE, LINE, ROOM, TEAMS, WEBEX

_RUN = "sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=iUzBC_abc-123"
#: What was pasted: the host and path to which one request goes.
SENT = {
    "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": (
        "hooks.slack.com", "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ),
    f"https://prod-12.japaneast.logic.azure.com:443{TEAMS}": (
        "prod-12.japaneast.logic.azure.com", f"/workflows/3e6f1d2a/triggers/manual/paths/invoke?api-version=1&{_RUN}",
    ),
    f"https://default1.ab.environment.api.powerplatform.com:443{AUTOMATE}": (
        "default1.ab.environment.api.powerplatform.com",
        f"/powerautomate/automations/direct/workflows/3e6f1d2a/triggers/manual/paths/invoke?api-version=1&{_RUN}",
    ),
    "https://chat.googleapis.com/v1/spaces/AAAAbc/messages?key=AIzaSyABC-_&token=abcDEF12345%3D": (
        "chat.googleapis.com", "/v1/spaces/AAAAbc/messages?token=abcDEF12345%3D&key=AIzaSyABC-_",
    ),
    "https://discord.com/api/webhooks/123456789/AbC-d_EfGhIjKl": ("discord.com", "/api/webhooks/123456789/AbC-d_EfGhIjKl"),
    f"https://webexapis.com/v1/webhooks/incoming/{WEBEX}": ("api.ciscospark.com", f"/v1/webhooks/incoming//{WEBEX}"),
    "tgram://123456789:AAbbCC-dd_ee/-1001234567": ("api.telegram.org", "/bot123456789:AAbbCC-dd_ee/sendMessage"),
    f"line://{LINE}/{ROOM}": ("api.line.me", "/v2/bot/message/push"),
}  # fmt: skip


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOutside]:
    with FakeOutside() as running:
        for name in ("NO_PROXY", "no_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", running.address())
        yield running


def send(pasted: str, **content: Any) -> Outcome:
    address = read_chat_address(pasted).url
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    return ChatChannel().send(Job(1, "msg_1", "chat", address, (), "ja", 7, 3, renamed(**content), moment))


@pytest.mark.parametrize("pasted", SENT)
def test_each_service_is_told_the_words_by_one_request_to_its_own_host(
    outside: FakeOutside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pasted: str
) -> None:
    host, path = SENT[pasted]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", outside.serve(host, tmp_path))
    # Slack's word; the others look at the status alone.
    outside.answer = b"ok"
    words = word_message(renamed(), "ja")

    outcome = send(pasted)

    assert (outcome.is_delivered, outcome.error_code) == (True, "")
    assert outside.asked == [f"{host}:443"]
    [(told_host, told_path, told)] = outside.told
    assert (told_host, told_path) == (host, path)
    # Of Markdown what is no letter has a backslash before it.
    text = str(told).replace("\\", "")
    assert words.title in text
    assert all(line in text for line in words.lines)
    # Nothing of the library shows: no picture, no footer, no address of it.
    assert "apprise" not in text.lower()
    assert "github" not in text


def test_every_service_on_the_list_is_tried() -> None:
    assert {read_chat_address(pasted).service for pasted in SENT} == {service.name for service in SERVICES}


def test_a_service_that_answers_well_and_takes_nothing_is_no_delivery(
    outside: FakeOutside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", outside.serve("hooks.slack.com", tmp_path))
    outside.answer = b"invalid_payload"

    outcome = send("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")

    assert (outcome.is_delivered, outcome.status_code, outcome.error_code) == (False, 200, "SERVICE_REFUSED")


def test_a_server_that_nobody_vouches_for_is_told_nothing(outside: FakeOutside, tmp_path: Path) -> None:
    outside.serve("hooks.slack.com", tmp_path)

    outcome = send("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")

    assert outcome.error_code == "SERVICE_REFUSED"
    assert (outside.asked, outside.told) == (["hooks.slack.com:443"], [])


@pytest.mark.parametrize("pasted", SENT)
def test_names_call_nobody_and_make_no_link_anywhere(
    outside: FakeOutside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pasted: str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", outside.serve(SENT[pasted][0], tmp_path))

    send(pasted, new_value="<!channel> @everyone <at>x</at> <https://example.com|x>")

    text = str(outside.told[0][2])
    assert not [sign for sign in ("<!", "@everyone", "<at>", "<https") if sign in text]
    assert "everyone" in text
