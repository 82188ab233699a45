"""What `docs/agents.md` says is so."""

import json
import re
import tomllib

import pytest

from agents.tools import MOST_ROWS, TOOLS, USUAL_ROWS
from tests.agents.asking import PROJECT
from tests.agents.conftest import Product

pytestmark = pytest.mark.django_db
TEXT = (PROJECT / "docs" / "agents.md").read_text()


def test_its_table_names_the_tools_that_there_are() -> None:
    table = TEXT.partition("| tool |")[2].partition("\n\n")[0]
    named = [name for line in table.splitlines()[2:] for name in re.findall(r"`(\w+_\w+)`", line.split("|")[1])]

    assert named == list(TOOLS)
    assert f"{USUAL_ROWS} rows unless `limit` says otherwise, {MOST_ROWS} at most" in TEXT


def test_its_program_prints_the_first_companies_of_the_day(
    product: Product, key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEIGARA_URL", product.url)
    monkeypatch.setenv("MEIGARA_API_KEY", key)
    [program] = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)

    exec(compile(program, "docs/agents.md", "exec"), {})

    assert capsys.readouterr().out.splitlines() == ["1301 極洋", "7201 日産自動車"]


def test_its_settings_can_be_read() -> None:
    pieces = re.findall(r"(?:^    .*\n)+", TEXT, re.MULTILINE)
    settings = [json.loads(piece) for piece in pieces if piece.lstrip().startswith("{")]
    [codex] = [
        tomllib.loads(re.sub("^    ", "", piece, flags=re.MULTILINE)) for piece in pieces if "[mcp_servers" in piece
    ]

    assert len(settings) == 4
    assert (
        codex["mcp_servers"]["meigara"]["url"]
        == settings[0]["servers"]["meigara"]["url"]
        == "https://meigara.example/mcp"
    )
