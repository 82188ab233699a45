"""Mail addresses get nothing until the code that was sent there was entered."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from pytest_django import Settings

from api.keys import create_api_key
from database.connections import database_now
from subscriptions.choices import DestinationStatus, PauseReason
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.mail_addresses import confirm, make_mail, send_code_again
from subscriptions.destinations.mail_forms import normalise_mail
from subscriptions.destinations.models import Destination
from subscriptions.destinations.states import change_status, pause
from subscriptions.told.planning import plan_deliveries
from tests.fakes.smtp import FakeMailServer
from tests.subscriptions.mailing import use_server
from tests.subscriptions.telling import WAITING, make_hook, make_person, plan, send_all, statuses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server(settings: Settings) -> Iterator[FakeMailServer]:
    caches["state"].clear()
    with FakeMailServer() as running:
        use_server(settings, running)
        yield running


def make(address: str = "taro@example.com", name: str = "メール", **fields: str) -> Destination:
    return make_mail(owner=make_person(), name=name, address=address, **fields)


def code_in(server: FakeMailServer, position: int = -1) -> str:
    found = re.search(r"\b([0-9]{6})\b", str(server.accepted[position].get_content()))
    assert found is not None
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def move_back(destination: Destination, **ago: timedelta) -> None:
    """As if what is kept were so much older."""
    destination.refresh_from_db()
    moved = {name: (datetime.fromisoformat(kept_of(destination)[name]) - by).isoformat() for name, by in ago.items()}
    destination.confirmation = {**kept_of(destination), **moved}
    destination.save()


def kept_of(destination: Destination) -> dict[str, str]:
    assert destination.confirmation is not None
    return dict(destination.confirmation)


def test_an_address_gets_nothing_before_the_code_that_was_sent_there_was_entered(server: FakeMailServer) -> None:
    made = make("Taro@EXAMPLE.com")
    plan(made, 1)
    send_all()

    assert (made.status, made.shown_address, read_address(made)) == (
        DestinationStatus.UNCONFIRMED, "Ta…@example.com", "Taro@example.com",
    )  # fmt: skip
    assert (len(server.accepted), statuses(made)) == (1, [WAITING])
    [sent] = server.accepted
    assert (sent["To"], sent["Auto-Submitted"]) == ("Taro@example.com", "auto-generated")
    assert sent["Subject"] == f"Meigara の確認コード: {code_in(server)}"
    assert "analyst さんが" in str(sent.get_content())

    confirm(made, code_in(server))
    send_all()

    assert made.status == DestinationStatus.ACTIVE
    assert [mail["To"] for mail in server.accepted] == ["Taro@example.com", "Taro@example.com"]


def test_a_code_is_sent_in_the_destinations_language(server: FakeMailServer) -> None:
    make(language="en")

    assert server.accepted[0]["Subject"] == f"Meigara confirmation code: {code_in(server)}"


def test_a_code_is_kept_as_what_nobody_can_read(server: FakeMailServer) -> None:
    made = make()

    assert code_in(server) not in str(made.confirmation)
    assert set(kept_of(made)) == {"code_hash", "sent_at", "good_until", "tries_left"}


@pytest.mark.parametrize("typed", ["{} ", "{0:.3} {1}", "{0:.3}-{1}", "full"])
def test_a_code_is_read_as_people_type_it(server: FakeMailServer, typed: str) -> None:
    made = make()
    code = code_in(server)
    text = (
        code.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
        if typed == "full"
        else typed.format(code, code[3:])
    )

    confirm(made, text)

    assert made.status == DestinationStatus.ACTIVE


def test_five_wrong_codes_end_it_until_another_is_sent(server: FakeMailServer) -> None:
    made = make()
    code = code_in(server)
    said = []
    for _ in range(5):
        with pytest.raises(ValidationError) as refused:
            confirm(made, wrong(code))
        said.append(refused.value.message_dict["code"][0])

    assert said[0] == "コードが違います。あと 4 回入力できます。"
    assert said[3] == "コードが違います。あと 1 回入力できます。"
    assert said[4] == "コードを 5 回間違えました。もう一度送ってください。"
    with pytest.raises(ValidationError, match="5 回間違えました"):
        confirm(made, code)

    move_back(made, sent_at=timedelta(minutes=2))
    send_code_again(made)
    confirm(made, code_in(server))
    assert made.status == DestinationStatus.ACTIVE


def test_a_code_is_good_for_half_an_hour(server: FakeMailServer) -> None:
    made = make()
    move_back(made, good_until=timedelta(minutes=29))
    with pytest.raises(ValidationError, match="コードが違います"):
        confirm(made, wrong(code_in(server)))

    move_back(made, good_until=timedelta(minutes=1))
    with pytest.raises(ValidationError, match="期限が切れました"):
        confirm(made, code_in(server))


def test_a_code_is_of_one_destination_and_the_one_before_holds_no_more(server: FakeMailServer) -> None:
    first, second = make(name="一"), make("jiro@example.com", name="二")
    with pytest.raises(ValidationError, match="コードが違います"):
        confirm(second, code_in(server, 0))

    move_back(first, sent_at=timedelta(minutes=2))
    send_code_again(first)

    assert code_in(server, 0) != code_in(server)
    with pytest.raises(ValidationError, match="コードが違います"):
        confirm(first, code_in(server, 0))


def test_codes_are_not_sent_again_and_again(server: FakeMailServer) -> None:
    made = make()
    with pytest.raises(ValidationError, match="1 分待って"):
        send_code_again(made)
    for _ in range(4):
        move_back(made, sent_at=timedelta(minutes=2))
        send_code_again(made)
    move_back(made, sent_at=timedelta(minutes=2))

    with pytest.raises(ValidationError, match="送りすぎました"):
        send_code_again(made)
    assert len(server.accepted) == 5

    # Nor by making it anew, nor by somebody else.
    made.delete()
    with pytest.raises(ValidationError, match="送りすぎました"):
        make_mail(owner=make_person("another"), name="同じ", address="TARO@example.com")
    assert len(server.accepted) == 5
    assert not Destination.objects.exists()


def test_a_person_sends_no_heap_of_codes_to_many_addresses(server: FakeMailServer) -> None:
    for number in range(20):
        # Neither is what was sent forgotten with the destination.
        make(f"taro{number}@example.com", name=str(number)).delete()

    with pytest.raises(ValidationError, match="送りすぎました"):
        make("taro20@example.com", name="20")
    assert len(server.accepted) == 20


def test_a_code_that_cannot_be_sent_is_told_in_the_servers_words_and_nothing_is_kept(server: FakeMailServer) -> None:
    server.fail("unknown")

    with pytest.raises(ValidationError) as refused:
        make()

    assert refused.value.message_dict == {
        "address": [
            "確認コードを送れませんでした（5.1.1 <…>: no such user here）。アドレスを確かめるか、時間をおいてください。"
        ]
    }
    assert not Destination.objects.exists()


def test_the_address_of_the_account_needs_no_code_because_who_manages_accounts_set_it(server: FakeMailServer) -> None:
    owner = make_person("taro", email="Taro@Example.com")

    made = make_mail(owner=owner, name="自分", address="Taro@example.COM")

    assert (made.status, kept_of(made)["by"], server.accepted) == (DestinationStatus.ACTIVE, "account", [])
    other = make_mail(owner=owner, name="他人", address="taro@example.com")
    assert other.status == DestinationStatus.UNCONFIRMED


def test_without_a_mail_server_none_is_made_and_the_setting_is_named(settings: Settings) -> None:
    settings.MAIL_FROM = ""

    with pytest.raises(ValidationError, match="EMAIL_URL") as refused:
        make()

    assert set(refused.value.message_dict) == {"address"}


def test_what_is_wrong_is_told_by_field_all_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        make("taro", name=" ", language="fr")

    assert set(refused.value.message_dict) == {"address", "name", "language"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("taro@example.com", "taro@example.com"),
        (" T.aro+meigara@EXAMPLE.co.jp\n", "T.aro+meigara@example.co.jp"),
        ("taro@日本語.jp", "taro@xn--wgv71a119e.jp"),
        ("taro@example.com.", "taro@example.com"),
    ],
)
def test_the_hosts_name_has_one_form(typed: str, kept: str) -> None:
    assert normalise_mail(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "taro", "@example.com", "taro@", "taro@localhost", "taro@[127.0.0.1]", "taro@127.0.0.1", "ta ro@example.com", '"ta ro"@example.com',
        "太郎@example.com", ".taro@example.com", "ta..ro@example.com", "taro@exam_ple.com", "taro@-example.com", "taro@example.com\r\nBcc: x@example.com",
        "taro@example.com, jiro@example.com", "Taro <taro@example.com>", f"{'t' * 65}@example.com", f"taro@{'e' * 64}.com", f"taro@{'e.' * 130}com",
    ],
)  # fmt: skip
def test_what_cannot_be_an_address_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        normalise_mail(typed)


def test_only_what_waits_for_a_code_is_sent_one() -> None:
    hook, _ = make_hook("https://example.com/hook")

    with pytest.raises(ValidationError, match="確認待ちではありません"):
        send_code_again(hook)
    with pytest.raises(ValidationError, match="確認待ちではありません"):
        confirm(hook, "123456")


def test_an_owner_without_another_destination_is_told_by_mail_that_theirs_was_paused(server: FakeMailServer) -> None:
    owner = make_person("taro", email="taro@example.com")
    hook, _ = make_hook("https://example.com/hook", name="受信", owner=owner)

    change_status(hook.pk, DestinationStatus.PAUSED, PauseReason.KEEPS_FAILING)
    plan_deliveries(database_now())
    send_all()

    made = Destination.objects.get(owner=owner, channel="mail")
    assert (made.name, made.status, made.shown_address) == ("アカウントのメールアドレス", "active", "ta…@example.com")
    [told] = server.accepted
    assert told["To"] == "taro@example.com"
    assert "受信" in str(told.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_a_place_whose_key_ended_is_none_where_the_owner_is_told(server: FakeMailServer) -> None:
    owner = make_person("taro", email="taro@example.com")
    key, _ = create_api_key(name="key", scopes=["read"])
    hook, _ = make_hook("https://example.com/hook", name="受信", owner=owner)
    make_hook("https://example.com/other", name="別", owner=owner, api_key=key)
    type(key).objects.update(revoked_at=database_now())

    change_status(hook.pk, DestinationStatus.PAUSED, PauseReason.KEEPS_FAILING)

    assert Destination.objects.get(channel="mail").shown_address == "ta…@example.com"


@pytest.mark.parametrize("why", ["another", "stopped", "no_address", "no_server", "by_person"])
def test_no_address_of_an_account_is_used_where_that_is_not_needed_or_not_wanted(
    server: FakeMailServer, settings: Settings, why: str
) -> None:
    owner = make_person("taro", email="" if why == "no_address" else "taro@example.com")
    hook, _ = make_hook("https://example.com/hook", name="受信", owner=owner)
    if why == "another":
        make_hook("https://example.com/other", name="別", owner=owner)
    if why == "stopped":
        pause(make_mail(owner=owner, name="自分", address="taro@example.com"))
    if why == "no_server":
        settings.MAIL_FROM = ""
    before = Destination.objects.count()

    change_status(
        hook.pk, DestinationStatus.PAUSED, PauseReason.BY_PERSON if why == "by_person" else PauseReason.KEEPS_FAILING
    )

    assert Destination.objects.count() == before
