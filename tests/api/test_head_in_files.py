"""Each file names the head of the ledger that it is of, where its format has a place that disturbs no reader, and by a header always."""

import csv
import io
import json
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest

from api.keys import create_api_key
from companies.issuers.issuer_lists import apply_issuer_list
from companies.ledger.chain import find_hash, find_head
from companies.models import LedgerRevision
from tests.api.front import Answer, ask
from tests.edinet_lists import make_filer
from tests.reading_parquet import READERS, notes_of

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]

COMPANIES, HISTORY = "/api/v1/companies/export", "/api/v1/companies/history/export"
PATHS = [
    f"{COMPANIES}?",
    f"{COMPANIES}?as_of=2024-03-01",
    f"{HISTORY}?",
    "/api/v1/companies/events/export?",
    "/api/v1/issuers/export?",
]
FORMATS = ["csv", "xlsx", "ndjson", "parquet", "manifest"]


@pytest.fixture
def key() -> str:
    apply_issuer_list(date(2024, 3, 29), [make_filer("7203", "E02144")])
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def get(path: str, key: str, **options: Any) -> Answer:
    answer = ask(path, key=key, **options)
    assert answer.status == 200, answer.body
    return answer


def properties_of(content: bytes) -> dict[str, Any]:
    return {one.name: one.value for one in openpyxl.load_workbook(io.BytesIO(content)).custom_doc_props.props}


@pytest.mark.parametrize("path", PATHS)
def test_every_file_and_its_manifest_name_the_head_that_the_ledger_has(key: str, path: str) -> None:
    number, chain = find_head()

    for file_format in FORMATS:
        answer = get(f"{path}&format={file_format}", key)
        assert answer.headers["x-ledger-head"] == f"{number}:{chain}", file_format
        assert answer.headers["x-ledger-revision"] == str(number)


def test_a_workbook_has_it_among_its_properties_and_no_sheet_more(key: str) -> None:
    number, chain = find_head()

    content = get(f"{HISTORY}?format=xlsx", key).body
    book = openpyxl.load_workbook(io.BytesIO(content))

    assert properties_of(content) == {"meigara.revision": str(number), "meigara.chain": chain}
    assert book.sheetnames == ["companies"]
    assert [cell.value for cell in book["companies"][1]][:3] == ["code", "valid_from", "valid_until"]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        assert "/docProps/custom.xml" in package.read("[Content_Types].xml").decode()


def test_the_others_have_their_rows_and_nothing_else(key: str) -> None:
    number, chain = find_head()
    lines = [json.loads(line) for line in get(f"{HISTORY}?format=ndjson", key).body.splitlines()]
    table = list(csv.DictReader(io.StringIO(get(f"{HISTORY}?format=csv", key).body.decode("utf-8-sig"))))
    content = get(f"{HISTORY}?format=parquet", key).body

    assert [[*row] for row in (lines[0], table[0])] == [[*lines[0]]] * 2
    assert len(lines) == len(table) == len(READERS["pyarrow"](content))
    assert (notes_of(content)["revision"], notes_of(content)["chain"]) == (str(number), chain)


def test_what_was_known_then_has_the_head_of_then(key: str) -> None:
    for pin in ("revision=1", "known_at=1"):
        answer = get(f"{HISTORY}?{pin}&format=xlsx", key)
        assert answer.headers["x-ledger-head"] == f"1:{find_hash(1)}"
        assert properties_of(answer.body) == {"meigara.revision": "1", "meigara.chain": find_hash(1)}


def test_who_has_the_file_is_told_its_head_as_well(key: str) -> None:
    first = get(f"{COMPANIES}?format=csv", key)

    again = ask(f"{COMPANIES}?format=csv", key=key, if_none_match=first.headers["etag"])

    assert (again.status, again.headers["x-ledger-head"]) == (304, first.headers["x-ledger-head"])


def test_a_revision_without_a_hash_has_no_head(key: str) -> None:
    LedgerRevision.objects.filter(number=3).update(chain=None, link=None)

    for file_format in FORMATS:
        assert "x-ledger-head" not in get(f"{COMPANIES}?format={file_format}", key).headers
    assert properties_of(get(f"{COMPANIES}?format=xlsx", key).body) == {"meigara.revision": "3"}
    assert "x-ledger-head" not in get(f"{COMPANIES}?revision=0&active_only=false&format=csv", key).headers
