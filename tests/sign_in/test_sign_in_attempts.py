"""Wrong passwords and codes: who is held up, and who is not."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from axes.models import AccessFailureLog
from django.contrib.auth.models import User
from django.db.models import F
from django.forms.models import model_to_dict
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password-2026"
LOGIN, CODE = "/admin/login/", "/admin/second-factor/code/"
#: Of the documentation's networks (RFC 5737).
HERE, THERE, PROXY = "192.0.2.7", "198.51.100.9", "10.1.2.3"


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root", password=PASSWORD)


def try_password(name: str, password: str = "wrong", *, address: str = HERE, client: Client | None = None) -> Any:
    form = {"username": name, "password": password}
    return (client or Client()).post(LOGIN, form, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=address)


def write_down(told: list[dict[str, str]]) -> None:
    """Attempts that differ from the last one in what is told of them, as the product writes them down."""
    written = AccessFailureLog.objects.latest("id")
    AccessFailureLog.objects.bulk_create(
        AccessFailureLog(**{**model_to_dict(written, exclude=["id"]), **one}) for one in told
    )


def try_from_many_addresses(name: str, number: int) -> None:
    """So many wrong passwords, each from another address; but for the first and the last they are written down as the product does."""
    try_password(name, address="198.18.0.0")
    write_down([{"ip_address": f"198.18.0.{position}"} for position in range(1, number - 1)])
    try_password(name, address="198.18.1.0")


def try_many_names(number: int) -> list[int]:
    """So many names of one address; but for the first and the last two they are written down. The answers to those that were tried."""
    first = try_password("name0").status_code
    write_down([{"username": f"name{position}"} for position in range(1, number - 2)])
    return [first, *(try_password(f"name{position}").status_code for position in range(number - 2, number))]


def let_pass(time: timedelta) -> None:
    AccessFailureLog.objects.update(attempt_time=F("attempt_time") - time)


def test_behind_a_trusted_proxy_others_are_not_held_up_by_somebody_s_ten_wrong_passwords(root: User) -> None:
    statuses = [try_password("root").status_code for _ in range(11)]

    assert statuses == [200] * 9 + [429, 429]
    assert try_password("root", PASSWORD).status_code == 429
    assert try_password("root", PASSWORD, address=THERE).status_code == 302


def test_a_caller_does_not_escape_by_what_it_writes_into_the_header_itself(root: User) -> None:
    for number in range(10):
        try_password("root", address=f"203.0.113.{number}, {HERE}")

    assert try_password("root", PASSWORD, address=f"203.0.113.99, {HERE}").status_code == 429


def test_what_is_tried_during_a_pause_does_not_prolong_it(root: User) -> None:
    for _ in range(10):
        try_password("root")
    let_pass(timedelta(minutes=14))
    assert try_password("root").status_code == 429
    let_pass(timedelta(minutes=2))

    assert try_password("root", PASSWORD).status_code == 302


def test_trying_many_names_from_one_address_is_paused_for_that_address_alone(root: User) -> None:
    assert try_many_names(50) == [200, 200, 429]
    assert try_password("root", PASSWORD).status_code == 429
    assert try_password("root", PASSWORD, address=THERE).status_code == 302


def test_all_addresses_of_one_line_of_ipv6_are_one(root: User) -> None:
    for number in range(2):
        try_password(f"name{number}", address=f"2001:db8:1:2::{number:x}")
    # Whichever of its addresses it was, the line is written down.
    assert AccessFailureLog.objects.values("ip_address").distinct().count() == 1
    write_down([{"username": f"name{number}"} for number in range(2, 49)])
    try_password("name49", address="2001:db8:1:2::31")

    assert try_password("root", PASSWORD, address="2001:db8:1:2:ffff::1").status_code == 429
    assert try_password("root", PASSWORD, address="2001:db8:1:3::1").status_code == 302


def test_one_name_from_many_addresses_is_paused_but_not_where_the_person_signed_in_before(root: User) -> None:
    own = Client()
    assert try_password("root", PASSWORD, client=own).status_code == 302
    own.post("/admin/logout/")
    try_from_many_addresses("root", 100)

    assert try_password("root", PASSWORD, address=THERE).status_code == 429
    assert try_password("root", PASSWORD, client=own).status_code == 302
    assert try_password("root", PASSWORD, client=own, address=THERE).status_code == 302


def test_a_known_browser_has_ten_attempts_as_well(root: User) -> None:
    own = Client()
    try_password("root", PASSWORD, client=own)
    own.post("/admin/logout/")
    statuses = [try_password("root", client=own, address=f"198.18.0.{number}").status_code for number in range(10)]

    assert statuses == [200] * 9 + [429]
    assert try_password("root", PASSWORD, client=own).status_code == 429
    assert try_password("root", PASSWORD).status_code == 302


def test_another_person_s_browser_is_none_of_theirs(root: User) -> None:
    User.objects.create_superuser("other", password=PASSWORD)
    own = Client()
    try_password("other", PASSWORD, client=own)
    own.post("/admin/logout/")
    try_from_many_addresses("root", 100)

    assert try_password("root", PASSWORD, client=own).status_code == 429


def test_nobody_becomes_a_known_browser_by_calling_itself_one(root: User) -> None:
    for number in range(10):
        client = Client(HTTP_USER_AGENT=f"known browser {number}")
        try_password("root", client=client)

    assert try_password("root", PASSWORD).status_code == 429


def test_a_forged_cookie_is_no_cookie(root: User) -> None:
    own = Client()
    try_password("root", PASSWORD, client=own)
    (name,) = (name for name in own.cookies if name.startswith("known_browser_"))
    forger = Client()
    forger.cookies[name] = own.cookies[name].value.replace(":", "x:", 1)
    for _ in range(10):
        try_password("root", client=forger)

    assert (own.cookies[name]["httponly"], own.cookies[name]["samesite"], own.cookies[name]["path"]) == (
        True, "Lax", "/admin/"
    )  # fmt: skip
    assert try_password("root", PASSWORD, client=forger).status_code == 429


def test_the_right_password_forgets_the_wrong_ones_before_it(root: User) -> None:
    for _ in range(9):
        try_password("root")
    try_password("root", PASSWORD)

    assert [try_password("root").status_code for _ in range(9)] == [200] * 9


def test_an_account_of_their_own_does_not_forgive_an_address_what_it_tried_with_other_names(root: User) -> None:
    User.objects.create_superuser("other", password=PASSWORD)
    try_many_names(49)

    assert try_password("other", PASSWORD).status_code == 302
    assert try_password("name49").status_code == 429
    assert try_password("root", PASSWORD).status_code == 429


def test_what_a_person_mistypes_in_a_browser_of_their_own_does_not_count_for_the_name(root: User) -> None:
    own = Client()
    try_password("root", PASSWORD, client=own)
    own.post("/admin/logout/")
    for _ in range(9):
        try_password("root", client=own)
    try_from_many_addresses("root", 91)

    assert try_password("root", PASSWORD, address=THERE).status_code == 302


def test_failures_of_more_than_a_day_ago_are_forgotten(root: User) -> None:
    try_password("root")
    let_pass(timedelta(hours=25))
    try_password("root")

    assert AccessFailureLog.objects.count() == 1


def with_second_factor(user: User) -> None:
    TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    device = StaticDevice.objects.create(user=user, name="paper")
    StaticToken.objects.bulk_create([StaticToken(device=device, token=f"aaaaabbbb{letter}") for letter in "cdefgh"])


def try_code(client: Client, code: str = "000000", *, address: str = HERE) -> int:
    return int(client.post(CODE, {"code": code}, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=address).status_code)


def with_password(*, address: str = HERE) -> Client:
    client = Client()
    assert try_password("root", PASSWORD, client=client, address=address).status_code == 302
    return client


def test_ten_wrong_codes_make_a_pause_and_a_right_one_before_lets_in(root: User) -> None:
    with_second_factor(root)
    client = with_password()

    assert [try_code(client) for _ in range(10)] == [200] * 9 + [429]
    assert try_code(client, "aaaaabbbbc") == 429
    let_pass(timedelta(minutes=16))
    assert try_code(client, "aaaaabbbbc") == 302
    assert client.get("/admin/").status_code == 200


def test_codes_tried_to_switch_it_off_count_as_well(root: User) -> None:
    with_second_factor(root)
    client = with_password()
    assert try_code(client, "aaaaabbbbc") == 302
    page = "/admin/second-factor/"

    assert [client.post(page, {"code": "000000"}).status_code for _ in range(10)] == [200] * 9 + [429]
    assert client.post(page, {"code": "aaaaabbbbd"}).status_code == 429
    assert TOTPDevice.objects.filter(user=root, confirmed=True).exists()


def test_codes_tried_from_everywhere_are_bound_for_a_day_but_do_not_lock_the_person_out(root: User) -> None:
    with_second_factor(root)
    own = with_password()
    assert try_code(own, "aaaaabbbbc") == 302
    own.post("/admin/logout/")
    tried = []
    for number in range(25):
        address = f"198.18.0.{number}"
        tried.append(try_code(with_password(address=address), address=address))

    assert tried == [200] * 19 + [429] * 6
    assert try_password("root", PASSWORD, client=own).status_code == 302
    assert try_code(own, "aaaaabbbbd") == 302


def test_codes_cannot_be_counted_against_somebody_without_the_password(root: User) -> None:
    with_second_factor(root)
    for number in range(30):
        try_password(" code root", address=f"198.18.0.{number}")

    assert try_code(with_password(), "aaaaabbbbc") == 302


def test_the_password_alone_makes_no_known_browser_of_who_has_a_second_factor(root: User) -> None:
    with_second_factor(root)

    assert not [name for name in with_password().cookies if name.startswith("known_browser_")]
