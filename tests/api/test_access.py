"""Keys, errors and the docs pages."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from api.endpoints import schema_view
from api.keys import create_api_key, revoke

pytestmark = pytest.mark.django_db


def test_without_a_key_or_with_a_wrong_one_nothing_is_told(client: Client) -> None:
    for response in (client.get("/api/v1/companies"), client.get("/api/v1/companies", headers={"X-API-Key": "x"})):
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "INVALID_API_KEY"


def test_a_revoked_or_expired_key_is_wrong_at_once(client: Client) -> None:
    revoked, plain = create_api_key(name="revoked", scopes=["read"])
    revoke(revoked)
    _, expired = create_api_key(name="expired", scopes=["read"], expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get("/api/v1/companies", headers={"X-API-Key": plain}).status_code == 401
    assert client.get("/api/v1/companies", headers={"X-API-Key": expired}).status_code == 401


def test_a_key_without_the_scope_read_may_not_read(client: Client) -> None:
    _, plain = create_api_key(name="sync", scopes=["sync"])

    response = client.get("/api/v1/companies", headers={"X-API-Key": plain})

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "PERMISSION_DENIED"


def test_the_plain_key_is_stored_nowhere() -> None:
    key, plain = create_api_key(name="secret", scopes=["read"])

    assert plain not in str(vars(key))
    assert key.prefix == plain[:10]


def test_errors_have_one_shape_in_both_languages(client_with_key: Client) -> None:
    unknown = client_with_key.get("/api/v1/nothing")
    english = client_with_key.get("/api/v1/nothing", headers={"Accept-Language": "en"})
    wrong_method = client_with_key.delete("/api/v1/companies")

    assert (unknown.status_code, unknown.json()["error"]["message"]) == (404, "このパスには何もありません。")
    assert english.json()["error"]["message"] == "There is nothing at this path."
    assert (wrong_method.status_code, wrong_method.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_docs_are_for_signed_in_staff_and_the_schema_also_for_keys(client: Client, client_with_key: Client) -> None:
    assert client.get("/api/docs/").status_code == 302
    assert client_with_key.get("/api/schema/").status_code == 200
    client.force_login(User.objects.create_superuser("staff"))
    assert client.get("/api/docs/").status_code == 200
    assert client.get("/api/redoc/").status_code == 200


def test_the_schema_is_for_who_is_known_whatever_the_scopes(client: Client) -> None:
    _, plain = create_api_key(name="sync", scopes=["sync"])

    assert client.get("/api/schema/").status_code == 401
    assert client.get("/api/schema/", headers={"X-API-Key": plain}).status_code == 200
    client.force_login(User.objects.create_user("nobody"))
    assert client.get("/api/schema/").status_code == 401
    client.force_login(User.objects.create_user("somebody", is_staff=True))
    assert client.get("/api/schema/").status_code == 200


def test_the_schema_is_made_once_for_a_language_and_a_format_and_not_sent_again_to_who_has_it(
    client_with_key: Client,
) -> None:
    first = client_with_key.get("/api/schema/")
    etag = first.headers["ETag"]
    again = client_with_key.get("/api/schema/", headers={"If-None-Match": etag})
    english = client_with_key.get("/api/schema/", headers={"Accept-Language": "en"})
    as_json = client_with_key.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert first.content == client_with_key.get("/api/schema/").content
    assert english.headers["ETag"] != etag
    assert as_json.headers["Content-Type"] == "application/vnd.oai.openapi+json"
    assert as_json.json()["openapi"] == "3.1.0"
    before = schema_view._render.cache_info().misses
    client_with_key.get("/api/schema/")
    assert schema_view._render.cache_info().misses == before
