"""What the code base promises about itself."""

import ast
import gettext
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

from api.endpoints.data_views import ApiViewSet
from tests.sharing_out import LONGEST, TOGETHER

PROJECT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
[LINE] = [contract["layers"] for contract in CONTRACTS if contract["type"] == "layers"]
ROOMS = {room for level in LINE for room in level.split(" | ")}
SOURCES = sorted(
    path for room in (*ROOMS, "bench") for path in (PROJECT / room).rglob("*.py") if "migrations" not in path.parts
)
TESTS = "\n".join(path.read_text() for path in (PROJECT / "tests").rglob("test_*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 250, 40
# Names that say nothing about what is inside.
EMPTY_NAMES = {"utils", "helpers", "services", "common", "misc", "base", "manager"}


def test_every_room_has_its_place_in_the_line() -> None:
    assert {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"bench", "tests"} == ROOMS


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds))


def faults_of_form(path: Path) -> list[str]:
    """What keeps a module from being read in one sitting."""
    found = [] if path.stem not in EMPTY_NAMES else ["its name says nothing"]
    if (lines := len(path.read_text().splitlines())) > LONGEST_FILE:
        found.append(f"{lines} lines")
    for function in functions(path):
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION:
            found.append(f"{function.name} is too long")
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function)):
            found.append(f"{function.name} imports")
    return found


# Hundreds of modules in one test, here and in its neighbours: a test for each cost more than what it looked at.
def test_a_module_can_be_read_in_one_sitting() -> None:
    assert SOURCES
    assert {path: found for path in SOURCES if (found := faults_of_form(path))} == {}


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in SOURCES if path.parent.name == "commands" and path.stem != "__init__")
)
def test_every_command_is_tested(name: str) -> None:
    assert re.search(rf'call_command\(\s*"{name}"', TESTS)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/companies", "/api/v1/companies/search", "/api/v1/companies/markets", "/api/v1/companies/sectors",
        "/api/v1/snapshots", "/api/v1/issuers", "/api/v1/issuers/export", "/api/v1/issuers/E30140", "/api/v1/feed", "/api/v1/ledger/head", "/api/v1/ledger/chain", "/api/v1/companies/history/export", "/api/v1/companies/events/export", "/api/v1/companies/events", "/api/v1/companies/announcements", "/api/v1/companies/changes", "/api/v1/companies/7203",
        "/api/v1/companies/7203/history", "/api/v1/companies/7203/identifiers", "/api/v1/companies/7203/quote", "/api/v1/companies/sync", "/api/v1/companies/sync/status",
        "/api/v1/companies/sync/runs", "/api/v1/datasources", "/api/v1/destinations", "/api/v1/subscriptions", "/api/v1/deliveries", "/api/v1/watch-lists", "/api/v1/saved-views", "/api/schema/", "/api/docs/", "/api/redoc/", "/healthz", "/readyz",
    ],
)  # fmt: skip
def test_every_route_is_tested(path: str) -> None:
    assert re.search(rf'["\']{re.escape(path)}[?"\']', TESTS)


def test_the_api_is_made_of_viewsets_and_the_same_parts_bear_the_same_names_in_every_app() -> None:
    """Names of modules under `<app>/api/` say which part of REST framework's they hold."""
    parts = {"filters", "serializers", "viewsets", "urls"}
    for app in ("masters", "companies", "datasources", "syncjobs", "subscriptions"):
        names = {path.stem for path in (PROJECT / app / "api").glob("*.py")}
        assert parts - names <= {"filters"}, app  # where nothing is asked for by parameters
        assert not names & {"views", "parameters", "answers"}, app

    def views_of(patterns: list[Any]) -> Iterator[Any]:
        for pattern in patterns:
            yield from views_of(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern.callback]

    versioned = [one for one in get_resolver().url_patterns if str(one.pattern) == "api/v1/"]
    views = list(views_of(versioned))
    assert len(views) == 54
    assert all(issubclass(view.cls, ApiViewSet) for view in views)


def test_the_translations_that_are_read_are_the_ones_that_are_written() -> None:
    folder = PROJECT / "locale" / "ja" / "LC_MESSAGES"
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text(), re.MULTILINE)
    with (folder / "django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)

    assert len(written) > 50
    assert [(english, read.gettext(english)) for english, _ in written] == written


def test_no_test_patches_what_is_ours() -> None:
    assert not re.search(
        r"monkeypatch\.setattr\(|mock\.patch|MagicMock\(", TESTS.replace(Path(__file__).read_text(), "")
    )


def test_every_test_that_commits_gives_the_masters_back() -> None:
    """One that does not would break whichever runs after it."""
    assert re.findall(r"django_db\(transaction=True\)", TESTS) == []


def test_files_that_are_shared_out_by_name_exist() -> None:
    assert [name for name in (*LONGEST, *TOGETHER) if not (PROJECT / name).is_file()] == []
