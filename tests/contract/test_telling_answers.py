"""What telling others answers is as the schema says, of success and of each refusal."""

import json
from typing import Any

import pytest

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from subscriptions.models import Delivery, DeliveryAttempt, Destination, Message, SavedView, WatchList
from tests.api.front import ask
from tests.conftest import MARCH
from tests.contract.test_live_answers import assert_as_documented
from tests.factories import make_issue
from tests.subscriptions.api.conftest import DELIVERIES, DESTINATIONS, HOOK, SAVED_VIEWS, SUBSCRIPTIONS, WATCH_LISTS
from tests.subscriptions.told.followers import make_person

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Checked:
    """Asks through the front and holds each answer to the schema."""

    def __init__(self, key: str) -> None:
        self.key = key

    def get(self, path: str, status: int = 200) -> Any:
        return self._checked(path, "GET", status, b"")

    def send(self, method: str, path: str, body: Any, status: int) -> Any:
        return self._checked(path, method, status, json.dumps(body).encode())

    def _checked(self, path: str, method: str, status: int, body: bytes) -> Any:
        answer = ask(path, key=self.key, method=method, body=body)
        assert answer.status == status, (method, path, answer.body)
        if status == 204:
            assert answer.body == b""
            return None
        assert_as_documented(path, answer, method.lower())
        return answer.json()


@pytest.fixture
def checked() -> Checked:
    person = make_person("sato")
    apply_snapshot(MARCH, [make_issue("7203"), make_issue("1301")], "jpx")
    SavedView.objects.create(owner=person, name="全部", page="companies_company", query="")
    return Checked(create_api_key(name="bot", scopes=["subscribe"], created_by=person)[1])


def test_destinations_and_what_is_done_with_them(checked: Checked) -> None:
    made = checked.send("POST", DESTINATIONS, HOOK, 201)
    feed = checked.send("POST", DESTINATIONS, {"name": "feed", "channel": "atom"}, 201)
    path = f"{DESTINATIONS}/{made['id']}"
    checked.get(DESTINATIONS)
    checked.get(path)
    checked.send("PATCH", path, {"name": "b"}, 200)
    for action, body, status in (
        ("test", {}, 201), ("secret", {}, 200), ("pause", {}, 200), ("test", {}, 409), ("resume", {"skip_waiting": True}, 200),
        ("resume", {"skip_waiting": True}, 409), ("replay", {"since": "2026-11-01T00:00:00Z"}, 200), ("replay", {}, 400), ("token", {}, 409),
        ("code", {}, 409), ("confirm", {"code": "1"}, 409),
    ):  # fmt: skip
        checked.send("POST", f"{path}/{action}", body, status)
    checked.send("POST", f"{DESTINATIONS}/{feed['id']}/token", {}, 200)
    checked.send("POST", DESTINATIONS, {**HOOK, "name": "b"}, 409)
    checked.send("POST", DESTINATIONS, {**HOOK, "secret": "x"}, 400)
    checked.get(f"{DESTINATIONS}?limit=0", 400)
    checked.send("DELETE", path, {}, 204)
    checked.get(path, 404)


def test_subscriptions_watch_lists_and_saved_views(checked: Checked) -> None:
    hook = checked.send("POST", DESTINATIONS, HOOK, 201)
    watched = checked.send("POST", WATCH_LISTS, {"name": "a", "codes": ["7203"]}, 201)
    view = checked.get(SAVED_VIEWS)["saved_views"][0]
    body = {
        "name": "a",
        "destination": hook["id"],
        "kinds": ["renamed", "view_left"],
        "watch_list": watched["id"],
        "saved_view": view["id"],
    }
    made = checked.send("POST", SUBSCRIPTIONS, {**body, "timing": "daily", "digest_time": "18:00"}, 201)
    checked.send("POST", SUBSCRIPTIONS, body, 409)
    checked.send("POST", SUBSCRIPTIONS, {}, 400)
    checked.get(SUBSCRIPTIONS)
    checked.get(f"{SUBSCRIPTIONS}/{made['id']}")
    checked.send("PATCH", f"{SUBSCRIPTIONS}/{made['id']}", {"is_active": False}, 200)
    checked.get(WATCH_LISTS)
    checked.get(f"{WATCH_LISTS}/{watched['id']}")
    checked.send("PATCH", f"{WATCH_LISTS}/{watched['id']}", {"codes": ["x"]}, 400)
    checked.send("PATCH", f"{WATCH_LISTS}/{watched['id']}", {"codes": []}, 200)
    checked.send("DELETE", f"{WATCH_LISTS}/{watched['id']}", {}, 409)
    checked.send("DELETE", f"{SUBSCRIPTIONS}/{made['id']}", {}, 204)
    checked.send("DELETE", f"{WATCH_LISTS}/{watched['id']}", {}, 204)
    checked.send("PATCH", f"{WATCH_LISTS}/{watched['id']}", {}, 404)
    assert not WatchList.objects.exists()


def test_deliveries(checked: Checked) -> None:
    hook = checked.send("POST", DESTINATIONS, HOOK, 201)
    message = Message.objects.create(type="operation", content={"type": "operation", "notices": [{"kind": "run_failed"}]}, sha256="0", notice_count=1)  # fmt: skip
    waiting = Delivery.objects.create(
        webhook_id="msg_1", destination=Destination.objects.get(pk=hook["id"]), message=message, attempts=1
    )
    DeliveryAttempt.objects.create(delivery=waiting, duration_ms=3, error_code="TIMEOUT")
    checked.get(DELIVERIES)
    checked.get(f"{DELIVERIES}?limit=1&status=waiting&destination={hook['id']}")
    checked.get(f"{DELIVERIES}?destination={hook['id'] + 1}", 404)
    checked.get(f"{DELIVERIES}/{waiting.pk}")
    checked.send("POST", f"{DELIVERIES}/{waiting.pk}/send-again", {}, 201)
    checked.send("POST", f"{DELIVERIES}/{waiting.pk}/skip", {}, 200)
    Delivery.objects.update(status="delivered")
    checked.send("POST", f"{DELIVERIES}/{waiting.pk}/skip", {}, 409)
    checked.send("POST", f"{DELIVERIES}/{waiting.pk + 100}/skip", {}, 404)


def test_who_may_not(checked: Checked) -> None:
    for key in (create_api_key(name="x", scopes=["read"])[1], create_api_key(name="y", scopes=["subscribe"])[1]):
        Checked(key).get(DESTINATIONS, 403)
    Checked("nobody").get(DESTINATIONS, 401)
