"""docker-compose.yml, as far as it can be checked without an engine."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from database.process_kind import NOTIFIER_NAME
from tests.deploy.places import PROJECT
from tests.deploy.told import BY_PART, KNOWN, REQUIRED

OWN = ("migrate", "web", "worker", "notifier", "beat", "backup", "flower")
TEXT = (PROJECT / "docker-compose.yml").read_text()
SCHEMA = Draft7Validator(json.loads((PROJECT / "tests/deploy/schemas/compose-spec.json").read_text()))


@pytest.fixture
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(TEXT)
    return content


@pytest.fixture
def services(compose: dict[str, Any]) -> dict[str, Any]:
    return dict(compose["services"])


def test_the_file_is_what_the_compose_specification_calls_one(compose: dict[str, Any]) -> None:
    assert [error.message for error in SCHEMA.iter_errors(compose)] == []


def test_a_misspelt_key_would_be_found(compose: dict[str, Any]) -> None:
    compose["services"]["web"]["memory_limit"] = "1G"

    assert not SCHEMA.is_valid(compose)


def test_every_part_of_the_product_is_a_service(services: dict[str, Any]) -> None:
    assert set(services) == {*OWN, "db", "queue", "cache"}


@pytest.mark.parametrize("name", OWN)
def test_the_products_own_containers_cannot_write_or_gain_rights(services: dict[str, Any], name: str) -> None:
    service = services[name]

    assert service["read_only"] is True
    assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("volumes", []) == (["backups:/backups"] if name == "backup" else [])


@pytest.mark.parametrize("name", ["db", "queue", "cache"])
def test_the_services_behind_it_are_not_run_as_root_either(services: dict[str, Any], name: str) -> None:
    user, group = (int(number) for number in services[name]["user"].split(":"))

    assert min(user, group) > 0
    assert services[name]["cap_drop"] == ["ALL"]
    assert services[name]["security_opt"] == ["no-new-privileges:true"]


def test_nobody_gains_rights_by_a_later_key(services: dict[str, Any]) -> None:
    given = {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "userns_mode"}

    assert {name: given & set(service) for name, service in services.items() if given & set(service)} == {}


def test_every_container_has_a_limit_of_memory_and_of_processors(services: dict[str, Any]) -> None:
    limits = {name: set(service["deploy"]["resources"]["limits"]) for name, service in services.items()}

    assert set(map(frozenset, limits.values())) == {frozenset({"cpus", "memory"})}


@pytest.mark.parametrize(("name", "policy"), [("queue", "noeviction"), ("cache", "allkeys-lru")])
def test_each_redis_keeps_less_than_its_container_may_hold_and_only_the_cache_drops(
    services: dict[str, Any], name: str, policy: str
) -> None:
    kept = re.search(r"maxmemory (\d+)mb\\nmaxmemory-policy ([a-z-]+)\\n", services[name]["command"][2])

    assert kept
    assert kept[2] == policy
    assert int(kept[1]) < int(services[name]["deploy"]["resources"]["limits"]["memory"].removesuffix("M"))


def test_everything_that_stays_is_asked_how_it_is_and_started_again(services: dict[str, Any]) -> None:
    staying = {name: service for name, service in services.items() if name != "migrate"}

    assert {service["restart"] for service in staying.values()} == {"unless-stopped"}
    assert {name for name, service in staying.items() if "test" not in service.get("healthcheck", {})} == set()


@pytest.mark.parametrize("name", ["web", "worker", "notifier", "beat", "backup", "flower", "queue", "cache"])
def test_what_is_unhealthy_for_a_while_is_ended_so_that_it_is_started_again(
    services: dict[str, Any], name: str
) -> None:
    check = services[name]["healthcheck"]
    _, script, failures, seconds, *asked = check["test"]

    assert Path(script).name == "end-when-unhealthy.sh"
    # Process 1 is who waits for the others, or nothing would be ended.
    assert services[name]["init"] is True
    # Unhealthy is said first; and the engine does not cut the script off before it has counted.
    assert int(failures) >= check["retries"]
    assert int(seconds) + 2 < int(check["timeout"].removesuffix("s"))
    assert asked


def test_logs_cannot_fill_the_disk(services: dict[str, Any]) -> None:
    assert {service["logging"]["driver"] for service in services.values()} == {"local"}


@pytest.mark.parametrize("name", ["web", "worker", "notifier", "beat", "backup", "flower"])
def test_migrations_come_first_and_only_once(services: dict[str, Any], name: str) -> None:
    assert services["migrate"]["restart"] == "no"
    assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    for behind in ("queue", "cache"):
        assert services[name]["depends_on"][behind] == {"condition": "service_healthy"}


def test_a_sync_is_given_time_to_end(services: dict[str, Any]) -> None:
    assert services["worker"]["stop_grace_period"] == "120s"


def test_syncs_and_telling_others_never_stand_in_each_others_way(services: dict[str, Any]) -> None:
    queues = {
        name: service["command"][service["command"].index("--queues") + 1]
        for name, service in services.items()
        if "worker" in service.get("command", [])
    }

    assert queues == {"worker": "celery", "notifier": "deliveries"}
    names = [word for word in services["notifier"]["command"] if word.startswith(NOTIFIER_NAME)]
    assert names == ["notifier@%h"]


def test_only_the_database_and_its_backups_keep_something(compose: dict[str, Any], services: dict[str, Any]) -> None:
    assert set(compose["volumes"]) == {"database", "backups"}
    assert {name: service["volumes"] for name, service in services.items() if "volumes" in service} == {
        "db": ["database:/var/lib/postgresql"],
        "backup": ["backups:/backups"],
        **{
            name: ["./deploy/end-when-unhealthy.sh:/usr/local/bin/end-when-unhealthy.sh:ro"]
            for name in ("queue", "cache")
        },
    }


@pytest.mark.parametrize("name", OWN)
def test_everything_the_product_asks_for_is_told(services: dict[str, Any], name: str) -> None:
    told = services[name]["environment"]

    assert set(told) >= REQUIRED
    assert set(told) >= KNOWN
    of_the_part = {"PROMETHEUS_MULTIPROC_DIR", "METRICS_PORT"} & set(told)
    assert {variable: told[variable] for variable in of_the_part} == {
        **BY_PART, "backup": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime"},
    }[name]  # fmt: skip


def test_the_keeper_of_backups_is_told_its_plan_and_may_write_where_it_keeps_them(services: dict[str, Any]) -> None:
    told, image = services["backup"]["environment"], (PROJECT / "Dockerfile").read_text()
    plan = set(re.findall(r'"(BACKUP_\w+)"', (PROJECT / "backups/retention.py").read_text()))
    user = re.findall(r"^USER (\d+):", image, re.MULTILINE)

    assert plan == {name for name in told if name.startswith("BACKUP_")}
    assert services["backup"]["command"] == ["python", "manage.py", "keep_backups", "/backups"]
    # An empty volume takes over the owner of the image's folder.
    assert re.findall(r"install --directory --owner (\d+) .* (/\S+)$", image, re.MULTILINE) == [(user[-1], "/backups")]


def test_only_flower_knows_flowers_password(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "FLOWER_BASIC_AUTH" in service["environment"]] == ["flower"]


def test_a_start_without_a_secret_is_refused(services: dict[str, Any]) -> None:
    told = services["web"]["environment"]

    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "ALLOWED_HOSTS"):
        assert told[name] == f"${{{name}:?}}"
    assert "${POSTGRES_PASSWORD:?}" in told["DATABASE_URL"]
    assert told["BROKER_URL"] == "redis://:${REDIS_PASSWORD:?}@queue:6379/0"
    assert told["REDIS_URL"] == "redis://:${REDIS_PASSWORD:?}@cache:6379/0"


def test_flower_is_started_on_request_only_from_an_image_that_has_it(services: dict[str, Any]) -> None:
    built = {name: service["build"].get("args") for name, service in services.items() if "build" in service}
    images = {name: services[name]["image"].partition(":")[0] for name in built}

    assert {name: service["profiles"] for name, service in services.items() if "profiles" in service} == {
        "flower": ["flower"]
    }
    assert built == dict.fromkeys(OWN) | {"flower": {"WITH_FLOWER": "true"}}
    assert images == dict.fromkeys(OWN, "meigara") | {"flower": "meigara-flower"}


@pytest.mark.parametrize(
    ("password", "code"), [({}, 1), ({"FLOWER_BASIC_AUTH": ""}, 1), ({"FLOWER_BASIC_AUTH": "a:b"}, 0)]
)
def test_flower_is_not_started_without_a_password(
    services: dict[str, Any], tmp_path: Path, password: dict[str, str], code: int
) -> None:
    (tmp_path / "celery").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "celery").chmod(0o755)
    command = [word.replace("$$", "$") for word in services["flower"]["command"]]

    done = subprocess.run(
        command, env={"PATH": f"{tmp_path}:{os.defpath}", **password}, capture_output=True, text=True, check=False
    )

    assert done.returncode == code
    assert done.stdout.startswith("--app config flower ") is (code == 0)
    assert ("FLOWER_BASIC_AUTH" in done.stderr) is (code == 1)


def test_a_setting_is_handed_on_where_it_is_set_and_no_default_is_repeated(services: dict[str, Any]) -> None:
    told = services["web"]["environment"]
    made_here = {"DATABASE_URL", "BROKER_URL", "REDIS_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "ALLOWED_HOSTS"}

    assert {name for name in KNOWN if told[name] is not None} == made_here
    assert re.findall(r"(?<!\$)\$\{\w+:?[-+=]", TEXT) == []


def test_no_secret_stands_on_a_command_line(services: dict[str, Any]) -> None:
    words = [str(service.get(key)) for service in services.values() for key in ("command", "healthcheck")]

    assert [word for word in words if re.search(r"(?<!\$)\$\{?\w", word)] == []


def test_nothing_is_published_beyond_the_machine(services: dict[str, Any]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]

    assert published == ["127.0.0.1:8000:8000", "127.0.0.1:5555:5555"]


def test_every_image_is_pinned(services: dict[str, Any]) -> None:
    tags = {name: service["image"].partition(":")[2] for name, service in services.items()}

    assert [name for name, tag in tags.items() if not re.match(r"\d+\.\d+", tag)] == []


def test_every_variable_that_is_demanded_is_in_the_example_and_none_that_nobody_is_told() -> None:
    demanded = set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT))
    handed_on = {
        name for name, value in yaml.safe_load(TEXT)["services"]["flower"]["environment"].items() if value is None
    }
    explained = set(re.findall(r"^(\w+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))

    assert demanded <= explained <= demanded | handed_on
