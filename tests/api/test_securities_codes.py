"""Securities codes as vendors write them, in every place of the API that takes one."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests.api.reading import codes, get

pytestmark = pytest.mark.usefixtures("two_lists")

NOTATIONS = [
    "7203.T",
    "7203.t",
    "TYO:7203",
    "7203 JT",
    "7203 JP",
    "TSE: 7203",
    "JP:7203",
    "７２０３．Ｔ",
    "72030.T",
    "$7203",
]


@pytest.mark.parametrize("written", NOTATIONS)
def test_a_code_is_understood_in_the_notations_of_vendors(client_with_key: Client, written: str) -> None:
    path = quote(written)

    assert get(client_with_key, f"companies/{path}") == get(client_with_key, "companies/7203")
    assert get(client_with_key, f"companies/{path}/history")["code"] == "7203"
    assert get(client_with_key, f"companies/{path}?as_of=2024-03-01")["code"] == "7203"
    assert codes(client_with_key, f"companies?code={path},1301") == ["1301", "7203"]
    assert codes(client_with_key, f"companies?code={path}&as_of=2024-03-01") == ["7203"]
    assert codes(client_with_key, f"companies?q={path}") == ["7203"]
    assert codes(client_with_key, f"companies?q={path}&as_of=2024-03-01") == ["7203"]
    assert codes(client_with_key, f"companies/search?q={path}") == ["7203"]
    events = get(client_with_key, f"companies/events?code={path}")["events"]
    assert {event["code"] for event in events} == {"7203"}


def test_what_is_no_code_is_an_error_that_names_the_field(client_with_key: Client) -> None:
    for written in ("7203.N", "toyota", "7203,,1301", "720", "7203.T.T"):
        response = client_with_key.get(f"/api/v1/companies?code={written}", headers={"Accept-Language": "en"})
        assert response.status_code == 400
        assert "is not a securities code (such as 7203" in response.json()["error"]["details"]["code"][0]
    for written in ("7203.N", "toyota", "NYSE:7203"):
        response = client_with_key.get(f"/api/v1/companies/{written}")
        assert (response.status_code, response.json()["error"]["details"]) == (404, {"code": written})


def test_a_match_within_a_five_character_code_is_none(client_with_key: Client) -> None:
    assert codes(client_with_key, "companies/search?q=2030") == []
    assert codes(client_with_key, "companies?q=2030&as_of=2024-03-01") == []
