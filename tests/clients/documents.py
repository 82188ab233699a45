"""The programs that stand in the documents of the Python client."""

import re
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
README, FOR_QUANTS = "clients/python/README.md", "docs/for-quants.md"


def programs(document: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", (PROJECT / document).read_text(), re.MULTILINE | re.DOTALL)


def run(document: str, beginning: str) -> dict[str, Any]:
    """The program in a document's section, and what its names are afterwards."""
    section = (PROJECT / document).read_text().partition(f"\n## {beginning}\n")[2].partition("\n## ")[0]
    found: dict[str, Any] = {}
    for program in re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        exec(compile(program, document, "exec"), found)
    assert found, beginning
    return found
