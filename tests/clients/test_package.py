"""What the Python client promises about itself: in step with the schema, without the product, small, typed."""

import ast
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import meigara_client
import pytest
import yaml
from meigara_client import errors, models
from meigara_client.ledger import FILTERS
from meigara_client.universe import STATE_FIELDS

from companies.api.bulk import VERSION_FIELDS
from companies.listed_issue import TRACKED_FIELDS
from tests.architecture.test_code_base import EMPTY_NAMES, LONGEST_FILE, LONGEST_FUNCTION, ROOMS, functions

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = PROJECT / "clients" / "python"
MODULES = sorted((CLIENT / "src" / "meigara_client").glob("*.py"))
ABOUT = tomllib.loads((CLIENT / "pyproject.toml").read_text())


def load_generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate_models", CLIENT / "generate_models.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_models_are_those_of_the_schema() -> None:
    """Else: `make schema`."""
    assert (CLIENT / "src/meigara_client/models.py").read_text() == load_generator().models_text()


def test_what_a_newer_schema_adds_is_read_with_its_kind() -> None:
    schema = yaml.safe_load((PROJECT / "docs/openapi.yaml").read_text())
    master = schema["components"]["schemas"]["MasterAnswer"]
    master["properties"] |= {
        "since": {"type": ["string", "null"], "format": "date"}, "from": {"type": "string", "format": "date-time"},
        "parts": {"type": "array", "items": {"type": "string"}}, "about": {"oneOf": [{"$ref": "#/components/schemas/FactAnswer"}, {"type": "null"}]},
    }  # fmt: skip
    master["required"] += ["from"]
    namespace: dict[str, Any] = {"__name__": "newer"}
    # The module is found for the annotations of its dataclasses.
    sys.modules["newer"] = type(sys)("newer")
    exec(compile(load_generator().Models(schema).text(), "models", "exec"), namespace)
    del sys.modules["newer"]

    told = {"code": "0111", "name": "x", "name_english": "y", "from": "2024-01-31T18:00:00+09:00", "since": "2024-01-31", "parts": ["a"], "about": {"about": "issuer"}}  # fmt: skip
    read = namespace["Master"].from_json(told)
    bare = namespace["Master"].from_json({name: told[name] for name in ("code", "name", "name_english", "from")})

    assert (read.since.isoformat(), read.from_.hour, read.parts, read.about.about) == (
        "2024-01-31",
        18,
        ("a",),
        "issuer",
    )
    assert (bare.since, bare.parts, bare.about) == (None, None, None)


def test_it_knows_every_error_that_the_schema_tells_of_and_every_field_that_is_tracked() -> None:
    text = (PROJECT / "docs/openapi.yaml").read_text()
    unheard = {"NOT_ACCEPTABLE", "UNSUPPORTED_MEDIA_TYPE", "IDEMPOTENCY_KEY_IN_USE", "IDEMPOTENCY_KEY_REUSED"}
    told = set(re.findall(r"^ +code: ([A-Z_]{6,})$", text, re.MULTILINE)) - unheard

    assert len(told) > 5
    assert told <= set(errors.BY_CODE)
    assert STATE_FIELDS == TRACKED_FIELDS
    assert set(get_type_hints(meigara_client.ListedState)) == set(VERSION_FIELDS)
    assert set(FILTERS) == {"code", *TRACKED_FIELDS} - {"company_name", "company_name_english"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_imports_neither_the_product_nor_more_than_it_asks_for_and_can_be_read_in_one_sitting(path: Path) -> None:  # fmt: skip
    imported = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").partition(".")[0]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    optional = {"pandas_frames": {"pandas", "numpy"}, "polars_frames": {"polars"}}

    assert imported & (ROOMS | {"django", "tests"}) == set()
    assert imported - sys.stdlib_module_names - {"meigara_client", "httpx"} == optional.get(path.stem, set())
    assert path.stem not in EMPTY_NAMES
    if path.name != "models.py":
        assert len(path.read_text().splitlines()) <= LONGEST_FILE
    assert [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION and path.name != "models.py"] == []  # fmt: skip


def test_it_asks_for_one_package_and_runs_on_the_pythons_of_the_product() -> None:
    product = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]

    assert [re.split(r"[<>=]", name)[0] for name in ABOUT["project"]["dependencies"]] == ["httpx"]
    assert set(ABOUT["project"]["optional-dependencies"]) == {"pandas", "polars"}
    assert ABOUT["project"]["requires-python"] == product["requires-python"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", meigara_client.__version__)
    assert (CLIENT / "LICENSE").read_text() == (PROJECT / "LICENSE").read_text()
    assert (CLIENT / "src/meigara_client/py.typed").exists()


def test_the_image_does_not_carry_it() -> None:
    rules = (PROJECT / ".dockerignore").read_text().splitlines()

    assert rules[1] == "*"
    assert not [rule for rule in rules if "clients" in rule]


def test_all_that_it_offers_is_there() -> None:
    assert [name for name in meigara_client.__all__ if not hasattr(meigara_client, name)] == []
    raised = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)}
    assert raised <= set(meigara_client.__all__)
    assert models.Company.__doc__ == "A company."
