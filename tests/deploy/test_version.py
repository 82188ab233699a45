"""One version, wherever it is said; and the release that changes it."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from config.version import VERSION
from tests.deploy.places import PROJECT

TOUCHED = [
    "config/version.py", "pyproject.toml", "docs/openapi.yaml", "deploy/helm/meigara/Chart.yaml", "docker-compose.yml", "Dockerfile",
    "CHANGELOG.md", "deploy/release.sh",
]  # fmt: skip
CHANGES = "# Changelog\n\n## Unreleased\n\n- Something new.\n\n## 0.9.0 (2024-01-05)\n\n- Something old.\n"


def versions_in(project: Path) -> dict[str, str]:
    """Each place that names the version."""
    chart = yaml.safe_load((project / "deploy/helm/meigara/Chart.yaml").read_text())
    services = yaml.safe_load((project / "docker-compose.yml").read_text())["services"]
    images = dict(service["image"].split(":") for service in services.values() if "build" in service)
    [label] = re.findall(r'image\.version="([^"]+)"', (project / "Dockerfile").read_text())
    return {
        "pyproject": tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"],
        "schema": yaml.safe_load((project / "docs/openapi.yaml").read_text())["info"]["version"],
        "chart": chart["version"],
        "product of the chart": chart["appVersion"],
        "compose": images["meigara"],
        "compose with Flower": images["meigara-flower"],
        "label of the image": label,
    }


def newest_release(project: Path) -> str:
    """The newest heading of the changelog with a number; the version that is set where there is none yet."""
    return next(iter(re.findall(r"^## (\d\S+)", (project / "CHANGELOG.md").read_text(), re.MULTILINE)), VERSION)


def test_every_place_says_the_version_that_the_code_says() -> None:
    assert set(versions_in(PROJECT).values()) == {VERSION}
    assert newest_release(PROJECT) == VERSION


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What a release touches, in a repository of the test's own."""
    for name in TOUCHED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text(CHANGES)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "As it was")
    return tmp_path


def git(project: Path, *words: str) -> str:
    person = ["-c", "user.name=A Maintainer", "-c", "user.email=maintainer@example.com"]
    return subprocess.run(["git", *person, *words], cwd=project, check=True, capture_output=True, text=True).stdout


def release(project: Path, version: str) -> subprocess.CompletedProcess[str]:
    names = {
        f"GIT_{role}_{part}": "maintainer@example.com" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", **names}
    command = ["sh", "deploy/release.sh", version]
    return subprocess.run(command, cwd=project, env=environment, check=False, capture_output=True, text=True)


def test_a_release_sets_the_version_everywhere_and_tags_it(project: Path) -> None:
    done = release(project, "12.3.45")

    assert (done.returncode, done.stderr) == (0, "")
    assert set(versions_in(project).values()) == {newest_release(project), "12.3.45"}
    assert (project / "config/version.py").read_text().endswith('\nVERSION = "12.3.45"\n')
    assert git(project, "describe") == "v12.3.45\n"
    assert git(project, "log", "-1", "--format=%s") == "Release 12.3.45\n"
    assert git(project, "status", "--porcelain") == ""
    assert "\n## 0.9.0 (2024-01-05)\n" in (project / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("version", ["", "1.1", "v1.1.0", "1.1.0-rc1"])
def test_what_is_no_version_is_refused(project: Path, version: str) -> None:
    refused = release(project, version)

    assert (refused.returncode, "X.Y.Z" in refused.stderr) == (1, True)
    assert git(project, "tag", "--list") == ""


def test_neither_open_changes_nor_a_second_tag_nor_an_empty_changelog_make_a_release(project: Path) -> None:
    (project / "notes.txt").write_text("not committed")
    assert "コミットしていない" in release(project, "1.1.0").stderr

    (project / "notes.txt").unlink()
    assert release(project, "1.1.0").returncode == 0
    assert "v1.1.0 はすでに" in release(project, "1.1.0").stderr
    assert "Unreleased" in release(project, "1.2.0").stderr
