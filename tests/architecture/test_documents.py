"""What documents say of the code base is there: names in them are looked up, so that they cannot rot."""

import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve

from syncjobs.choices import RunStatus

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["docs/architecture.md", "CONTRIBUTING.md"]
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
[LINE] = [contract["layers"] for contract in CONTRACTS if contract["type"] == "layers"]
MAKEFILE = (PROJECT / "Makefile").read_text()
ANSWERED_AHEAD_OF_DJANGO = {"/healthz", "/readyz", "/metrics", "/api/"}
# Words of others, and forms of ours.
OUTSIDE = {
    "AppConfig", "X-Data-State", "X-Ledger-Revision", "pytest", "msgstr", "--reuse-db", "--create-db", 'ARGS="verify_history"', "X.Y.Z", "v1.1.0", "artifacts/e2e/",
    ".venv/bin/python",
}  # fmt: skip


def is_test(name: str) -> bool:
    path, _, test = name.partition("::")
    return (PROJECT / path).is_file() and f"\ndef {test}(" in (PROJECT / path).read_text()


def is_route(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return path in ANSWERED_AHEAD_OF_DJANGO
    return True


def is_importable(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError):
        return False
    return True


def is_variable(name: str) -> bool:
    reads_it = f'"{name}"' in (PROJECT / "config/environment.py").read_text()
    return reads_it or hasattr(settings, name) or name in RunStatus.names


def is_command(name: str) -> bool:
    """Of the files it names each exists; of make the target does."""
    program, *words = name.split()
    if program == "make":
        variables = [word.partition("=")[0] for word in words[1:]]
        return all(re.search(rf"^{word} ?[?:]|\$\({word}\)", MAKEFILE, re.MULTILINE) for word in (words[0], *variables))
    return bool(words) and all((PROJECT / word).exists() for word in words if "/" in word)


def is_there(name: str) -> bool:
    """Whether what a document calls by `name` exists."""
    if "::" in name:
        return is_test(name)
    if " " in name:
        return is_command(name)
    if name.startswith("/"):
        return is_route(name)
    if re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
        return is_variable(name)
    columns = {field.name for model in apps.get_models() for field in model._meta.get_fields()}
    return name in columns | OUTSIDE or (PROJECT / name).exists() or is_importable(name)


def names_in(document: str) -> Iterator[str]:
    """What stands between backticks in a document's sentences and tables, and the files it links to."""
    text = re.sub(r"^```.*?^```$", "", (PROJECT / document).read_text(), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`([^`\n]+)`", text)
    folder = (PROJECT / document).parent
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        yield str((folder / link).resolve().relative_to(PROJECT))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_name_in_it_exists(document: str) -> None:
    names = sorted(set(names_in(document)))

    missing = [name for name in names if not is_there(name)]

    assert len(names) > 20
    assert missing == []


@pytest.mark.parametrize(
    "name",
    [
        "companies/ledger/nowhere.py", "companies.ledger.nowhere", "companies.ledger.snapshots.nowhere", "make nothing", "/api/v1/nowhere",
        "tests/laws/test_ledger_laws.py::test_nothing", "NO_SUCH_SETTING", "no_such_field",
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_noticed(name: str) -> None:
    assert not is_there(name)


def test_the_picture_of_the_house_is_the_contract() -> None:
    [picture] = re.findall(
        r"^```\n(config .*?)^```$", (PROJECT / "docs/architecture.md").read_text(), re.MULTILINE | re.DOTALL
    )
    drawn = [re.match(r"(\w+)(?: +\| (\w+)(?= {2,}))?", line) for line in picture.splitlines()]

    assert [" | ".join(filter(None, match.groups())) for match in drawn if match] == LINE


def test_words_of_the_glossary_are_those_that_people_read() -> None:
    rows = re.findall(r"^\| ([^|`\n]+) \| `", (PROJECT / "docs/architecture.md").read_text(), re.MULTILINE)
    words = [word for row in rows for word in row.strip().split("、") if not word.isascii()]
    said = (PROJECT / "locale/en/LC_MESSAGES/django.po").read_text()

    assert len(words) > 15
    assert [word for word in words if word not in said] == []


def test_no_document_holds_what_a_merge_leaves_behind() -> None:
    documents = [path for path in PROJECT.rglob("*.md") if not {".venv", "node_modules"} & set(path.parts)]

    assert PROJECT / "CHANGELOG.md" in documents
    left = [path.name for path in documents if re.search(r"^(<{7} |={7}$|>{7} )", path.read_text(), re.MULTILINE)]
    assert left == []
