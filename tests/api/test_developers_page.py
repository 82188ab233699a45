"""The page to begin with: what it says runs as it stands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from api.code_samples import KEY_PLACE, code_samples
from api.generations import publish_and_wait
from api.keys import create_api_key
from tests.server import serve

_NAMES = ["curl", "python", "excel", "r", "agents"]


@pytest.mark.django_db
def test_who_signed_in_finds_samples_for_this_address_without_any_key(client: Client) -> None:
    client.force_login(User.objects.create_user("reader", is_staff=True))

    page = client.get("/api/")

    assert page.status_code == 200
    text = page.content.decode()
    assert [sample.name for sample in page.context["samples"]] == _NAMES
    *of_rest, of_agents = page.context["samples"]
    assert all("http://testserver/api/v1" in sample.text and KEY_PLACE in sample.text for sample in of_rest)
    assert json.loads(of_agents.text)["mcpServers"]["meigara"] == {
        "type": "http", "url": "http://testserver/mcp", "headers": {"X-API-Key": KEY_PLACE},
    }  # fmt: skip
    assert "管理者に依頼してください。" in text
    assert "1,000 回" in text
    assert "http://testserver/api/v1/destinations に Webhook を" in text


@pytest.mark.django_db
def test_who_may_make_a_key_is_led_there(client: Client) -> None:
    client.force_login(User.objects.create_superuser("admin"))

    assert 'href="/admin/api/apikey/add/"' in client.get("/api/").content.decode()


@pytest.mark.django_db
def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/api/")

    assert (answer.status_code, answer["location"]) == (302, "/admin/login/?next=/api/")


@pytest.mark.django_db
def test_it_is_in_the_language_that_the_person_chose(client: Client) -> None:
    client.force_login(User.objects.create_user("reader", is_staff=True))

    client.cookies["django_language"] = "en"

    text = client.get("/api/").content.decode()

    assert "Use the API" in text
    assert "1. Get a key" in text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_sample_in_python_prints_the_companies_of_the_market(two_lists: None, tmp_path: Path) -> None:
    key = create_api_key(name="reader", scopes=["read"])[1]
    publish_and_wait()
    with serve(tmp_path) as server:
        sample = next(one for one in code_samples(f"{server.base_url}/api/v1") if one.name == "python")
        program = sample.text.replace(KEY_PLACE, key)
        told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)

    assert told.stdout.splitlines() == ["1301 極洋ホールディングス", "7201 日産自動車"]
