"""Pages on the wire: compressed for who understands that, once, and of a length that tells nothing."""

import gzip
import zlib
from datetime import date

import pytest
from django.test import Client

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from tests.api.front import ask
from tests.factories import make_codes, make_list

_LIST = "/admin/companies/company/"
_GZIP = {"accept-encoding": "gzip, deflate, br"}


@pytest.fixture
def fifty_companies(db: None) -> None:
    apply_snapshot(date(2024, 4, 30), make_list(make_codes(50)), "jpx")


@pytest.mark.usefixtures("fifty_companies")
@pytest.mark.parametrize("path", [_LIST, "/admin/companies/listingevent/", "/admin/"])
def test_a_page_is_compressed_and_below_sixty_kilobytes(admin_client: Client, path: str) -> None:
    page = admin_client.get(path, headers=_GZIP)

    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    assert int(page.headers["Content-Length"]) == len(page.content) < 60_000
    assert b"</html>" in gzip.decompress(page.content)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0"])
def test_who_does_not_understand_gzip_gets_the_page_as_it_is(client: Client, accepted: str) -> None:
    page = client.get("/admin/login/", headers={"accept-encoding": accepted})

    assert "Content-Encoding" not in page.headers
    assert "Accept-Encoding" in page.headers["Vary"]
    assert b"</html>" in page.content


@pytest.mark.usefixtures("db")
def test_the_length_of_a_page_is_random(client: Client) -> None:
    # The form token of a page differs, not its length: what differs is the name in the head of gzip (RFC 1952, 2.3).
    bodies = [client.get("/admin/login/", headers=_GZIP).content for _ in range(20)]
    names = {body[10:].split(b"\0", 1)[0] if body[3] & 8 else b"" for body in bodies}

    assert len(names) > 1


@pytest.mark.usefixtures("two_lists")
def test_text_files_are_compressed_and_workbooks_are_not_again(admin_client: Client) -> None:
    text = admin_client.get(f"{_LIST}export/?format=csv", headers=_GZIP)
    workbook = admin_client.get(f"{_LIST}export/?format=xlsx", headers=_GZIP)

    assert text.headers["Content-Encoding"] == "gzip"
    assert "極洋ホールディングス".encode() in zlib.decompress(text.getvalue(), wbits=16 + zlib.MAX_WBITS)
    assert "Content-Encoding" not in workbook.headers


@pytest.mark.usefixtures("two_lists")
def test_what_the_api_answers_is_compressed_once_ahead_of_django() -> None:
    key = create_api_key(name="reader", scopes=["read"])[1]
    file = ask("/api/v1/companies/export?format=csv", key=key, accept_encoding="gzip")

    assert file.headers["content-encoding"] == "gzip"
    assert "極洋ホールディングス" in zlib.decompress(file.body, wbits=16 + zlib.MAX_WBITS).decode()
