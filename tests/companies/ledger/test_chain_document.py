"""The program in docs/proofs.md by which a stranger comes to the same head."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from api.keys import create_api_key
from companies.ledger.chain import find_head
from tests.companies.ledger.every_change import do_everything
from tests.server import serve

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "proofs.md"


def run_program(url: str) -> subprocess.CompletedProcess[str]:
    section = DOCUMENT.read_text().partition("\n## The chain of revisions\n")[2].partition("\n## ")[0]
    (program,) = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    key = create_api_key(name="stranger", scopes=["read"], rate_limit_per_hour=1_000_000)[1]
    environment = {**os.environ, "MEIGARA_URL": url, "MEIGARA_API_KEY": key}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=60)  # fmt: skip


def test_a_stranger_comes_to_the_same_head_and_stops_at_what_was_altered(
    transactional_db: None, tmp_path: Path
) -> None:
    do_everything()
    number, chain = find_head()

    with serve(tmp_path) as server:
        right = run_program(server.base_url)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE official_dates SET reason = 'x' WHERE withdrawn_in IS NULL")
        altered = run_program(server.base_url)

    assert (right.stdout, right.stderr) == (f"{number}:{chain}\n", "")
    assert altered.returncode == 1
    assert "AssertionError: {'revision': 10" in altered.stderr
