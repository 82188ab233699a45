"""The schema is what the product does: it is in step with the code, complete, and holds over real HTTP."""

import os
import random
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from api.keys import create_api_key
from tests.examples import so_many
from tests.server import serve
from tests.subscriptions.told.followers import make_person

PROJECT = Path(__file__).resolve().parents[2]
COMMITTED = PROJECT / "docs" / "openapi.yaml"


def read_schema() -> dict[str, Any]:
    # In C: the other takes over a second, and each process of a run asks for it while it collects.
    return dict(yaml.load(COMMITTED.read_text(encoding="utf-8"), yaml.CSafeLoader))


@pytest.mark.django_db
def test_the_committed_schema_is_that_of_the_code() -> None:
    output = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=output)

    assert output.getvalue().strip() == COMMITTED.read_text(encoding="utf-8").strip(), "make schema"


def test_every_answer_has_an_example_and_every_error_its_shape() -> None:
    schema = read_schema()
    missing = []
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if "$ref" in response and status != "414":  # that is the web server's, without a body
                    content = schema["components"]["responses"][response["$ref"].rpartition("/")[2]]["content"]
                    shape = "ValidationErrorBody" if status in ("400", "413", "422") else "ErrorBody"
                    assert content["application/json"]["schema"] == {"$ref": f"#/components/schemas/{shape}"}
                if "application/json" in content and not content["application/json"].get("examples"):
                    missing.append((method, path, status))

    assert missing == []
    assert {"400", "401", "403", "429", "500", "503"} <= {
        status for path in schema["paths"].values() for operation in path.values() for status in operation["responses"]
    }


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whatever_the_schema_allows_and_forbids_is_answered_as_it_says(two_lists: None, tmp_path: Path) -> None:
    _, key = create_api_key(
        name="schemathesis",
        scopes=["read", "sync", "subscribe"],
        rate_limit_per_hour=1_000_000,
        created_by=make_person("sato"),
    )
    asked = some_operations()
    with serve(tmp_path, WRONG_API_KEYS_PER_ADDRESS="1000000") as server:
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.base_url}/api/schema/", "-H", f"X-API-Key: {key}",
            "--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", str(so_many(in_each_run=3, in_proofs=10)), "--continue-on-failure",
            "--no-color", "--generation-database", "none", "--seed", "7203",
            # What the hooks leave out may be most of what is generated for an operation.
            "--suppress-health-check", "filter_too_much", "--include-operation-id-regex", f"^({'|'.join(asked)})$",
        ]  # fmt: skip
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.contract.schemathesis_hooks"}
        run = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=400, check=False
        )

    assert run.returncode == 0, f"{run.stdout[-8000:]}\nagain: OPERATIONS={','.join(asked)}"
    assert f"Tested: {len(asked)}" in run.stdout


def some_operations() -> list[str]:
    """A third of all, others in each run, or those that are named; all of them in `make proofs`."""
    if named := os.environ.get("OPERATIONS"):
        return named.split(",")
    names = [operation["operationId"] for path in read_schema()["paths"].values() for operation in path.values()]
    assert len(names) == 63
    return random.SystemRandom().sample(names, so_many(in_each_run=21, in_proofs=63))
