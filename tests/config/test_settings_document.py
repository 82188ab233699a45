"""docs/settings.md and the code name the same variables with the same defaults, and nobody else says one."""

import re
from pathlib import Path

import pytest

from config.environment import Environment, read_environment
from tests.deploy.told import ASKED, COMPLETE, REQUIRED

PROJECT = Path(__file__).resolve().parents[2]
ROWS = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (PROJECT / "docs/settings.md").read_text(), re.MULTILINE))
DEFAULTS = {name: cell[1:-1] for name, cell in ROWS.items() if re.fullmatch("`[^`]+`", cell)}
# Whose fields have another name than the variable.
FIELDS = {
    "PROMETHEUS_MULTIPROC_DIR": "runtime_directory", "BACKUP_KEEP_MONTHS": "backup_plan.months",
    "EMAIL_URL": "mail.host", "MAIL_FROM": "mail.sender",
}  # fmt: skip


def value_of(environment: Environment, path: str) -> object:
    value: object = environment
    for name in path.split("."):
        value = getattr(value, name)
    return value


def test_every_variable_that_is_read_has_its_row_and_no_other_has() -> None:
    assert set(ROWS) == ASKED
    assert {name for name, cell in ROWS.items() if cell == "required"} == REQUIRED
    assert len(DEFAULTS) > 25


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_to_say_a_default_is_to_say_nothing(name: str) -> None:
    assert read_environment({**COMPLETE, name: DEFAULTS[name]}) == read_environment(dict(COMPLETE))


@pytest.mark.parametrize("name", sorted(name for name, cell in ROWS.items() if cell == "none"))
def test_what_has_no_default_is_nothing(name: str) -> None:
    assert not value_of(read_environment(dict(COMPLETE)), FIELDS.get(name, name.lower()))


def test_the_queue_is_where_the_cache_is_and_files_are_where_debugging_says_unless_told() -> None:
    without = {name: value for name, value in COMPLETE.items() if name != "BROKER_URL"}

    assert {name for name, cell in ROWS.items() if cell.startswith("as `")} == {"BROKER_URL", "STATIC_FROM_PACKAGES"}
    assert read_environment(without).broker_url == COMPLETE["REDIS_URL"]
    assert (
        read_environment({**without, "CELERY_BROKER_URL": "redis://older:6379/0"}).broker_url == "redis://older:6379/0"
    )
    assert read_environment({**COMPLETE, "DEBUG": "true"}).static_from_packages
    assert not read_environment(dict(COMPLETE)).static_from_packages


@pytest.mark.parametrize("name", sorted(ASKED - REQUIRED - {"BROKER_URL"}))
@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_variable_is_as_if_it_were_not_set(name: str, empty: str) -> None:
    assert read_environment({**COMPLETE, name: empty}) == read_environment(dict(COMPLETE))


@pytest.mark.parametrize(
    "path",
    [
        "docker-compose.yml",
        "deploy/helm/meigara/values.yaml",
        ".env.example",
        "deploy/helm/meigara/templates/configmap.yaml",
    ],
)
def test_no_default_stands_anywhere_else(path: str) -> None:
    said = re.findall(r"^\s*(\w+)[:=] *(\S.*)$", (PROJECT / path).read_text(), re.MULTILINE)

    assert [(name, value) for name, value in said if name in DEFAULTS] == []
