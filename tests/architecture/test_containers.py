"""The container files, as far as they can be checked without an engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return dict(content["services"])


def test_every_part_of_the_product_is_a_service(services: dict[str, Any]) -> None:
    assert set(services) == {"migrate", "web", "worker", "beat", "flower", "db", "redis"}


def test_the_products_own_containers_cannot_write_or_gain_rights(services: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "beat", "flower"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


def test_nothing_is_published_beyond_the_machine(services: dict[str, Any]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_variable_is_explained_in_the_example() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", (PROJECT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))

    assert used == explained


def test_the_image_is_built_in_stages_and_runs_as_nobody_special() -> None:
    lines = (PROJECT / "Dockerfile").read_text().splitlines()

    assert sum(line.startswith("FROM ") for line in lines) == 3
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
