"""No module but those of its folder names a provider: who must branch asks it (`datasources.providers`)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from datasources.providers import all_providers
from tests.architecture.test_code_base import PROJECT, SOURCES

NAMES = list(all_providers())
NAMED = re.compile("|".join(NAMES), re.IGNORECASE)
#: What may, and why.
EXEMPT = {
    "bench": "measures one provider's lists",
    "companies/choices.py": "the ledger's kinds of lists and quotes, with their ranks",
    "companies/admin/company_page.py": "links to pages of an exchange",
    "companies/code_notation.py": "abbreviations of exchanges",
    "companies/admin/state_columns.py": "a column of the codes that issuers file under",
    "logs/scrubbing.py": "variables of the environment",
    "config/environment.py": "variables of the environment",
    "config/secret_files.py": "variables of the environment",
    "config/settings.py": "the registration, and what the environment gives",
    "datasources/models.py": "a constraint of the database",
    "companies/api/": "examples of answers",
    "datasources/api/": "examples of answers",
}
FREE = [
    path
    for path in SOURCES
    if not any(str(path.relative_to(PROJECT)).startswith(place) for place in EXEMPT)
    and path.relative_to(PROJECT).parts[:2] not in [("datasources", name) for name in NAMES]
]


def words(path: Path) -> Iterator[str]:
    """What is imported, identifiers, and texts that are a word: sentences are for people."""
    for node in ast.walk(ast.parse(path.read_text())):
        found = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "value", "module")]
        yield from (word for word in found if isinstance(word, str) and re.fullmatch(r"[\w.-]+", word))


def providers_in(path: Path) -> list[str]:
    # The code that J-Quants uses is a column of a company, and so is that under which its issuer files.
    told = {re.sub("(?i)jquants_code|edinet_code", "", word) for word in words(path)}
    return [word for word in told if NAMED.search(word)]


def test_a_module_outside_its_folder_names_no_provider() -> None:
    assert len(FREE) > 100
    assert {path: found for path in FREE if (found := providers_in(path))} == {}


@pytest.mark.parametrize("place", EXEMPT)
def test_what_is_exempt_still_names_one(place: str) -> None:
    paths = [path for path in SOURCES if str(path.relative_to(PROJECT)).startswith(place)]

    assert any(NAMED.search(path.read_text()) for path in paths)


def test_a_template_names_no_provider() -> None:
    pages = (PROJECT / "templates").rglob("*.html")

    # EDINET's codes are facts of companies, and its list is called by its name.
    told = {page: re.sub("edinet_code|EDINET コード", "", page.read_text()) for page in pages}
    assert [str(page.relative_to(PROJECT)) for page, text in told.items() if NAMED.search(text)] == []
