"""The list as a file."""

import csv
import io
import json
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from api.keys import create_api_key
from bench.lists import make_list
from companies.api.exports import rows_that_fit
from companies.errors import TooManyRows
from companies.export import ExportFormat
from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_issue
from tests.server import serve

PATH = "/api/v1/companies/export"
pytestmark = pytest.mark.django_db


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_has_every_column_of_the_list_and_opens_in_a_spreadsheet(two_lists: None, client_with_key: Client) -> None:
    answer = client_with_key.get(f"{PATH}?format=csv")
    content = answer.getvalue()
    listed = client_with_key.get("/api/v1/companies").json()["companies"]

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="companies_')
    assert content.startswith(b"\xef\xbb\xbf")
    rows = read_csv(content)
    assert list(rows[0]) == list(listed[0])
    assert [row["company_name"] for row in rows] == [company["company_name"] for company in listed]
    assert rows[0]["is_active"] == "true"


def test_ndjson_is_the_list_a_line_each(two_lists: None, client_with_key: Client) -> None:
    lines = client_with_key.get(f"{PATH}?format=ndjson").getvalue().decode().splitlines()

    assert [json.loads(line) for line in lines] == client_with_key.get("/api/v1/companies").json()["companies"]


def test_xlsx_keeps_codes_as_text(two_lists: None, client_with_key: Client) -> None:
    content = client_with_key.get(f"{PATH}?format=xlsx").getvalue()
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)

    assert header[:3] == ("code", "jquants_code", "company_name")
    assert [row[0] for row in rows] == ["1301", "130A", "7201", "7203"]
    assert {row[header.index("market_code")] for row in rows} >= {"0111", "0112"}


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["1301", "130A", "7201", "7203"]),
        ("&active_only=false", ["1301", "130A", "7201", "7203", "9984"]),
        ("&as_of=2024-02-29", ["1301", "7201", "7203", "9984"]),
        ("&as_of=2024-02-29&market_code=0111&q=トヨタ", ["7203"]),
        ("&market_code=0112,0113&ordering=-code", ["7203", "130A"]),
        ("&q=日産", ["7201"]),
    ],
)
def test_every_filter_holds_for_files_too(
    two_lists: None, client_with_key: Client, query: str, codes: list[str]
) -> None:
    content = client_with_key.get(f"{PATH}?format=csv{query}").getvalue()

    assert [row["code"] for row in read_csv(content)] == codes


@pytest.mark.parametrize("name", ["=1+1", "+81", "-2", "@SUM(A1)", "＝1+1", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_calculate_stays_text(db: None, client_with_key: Client, name: str) -> None:
    apply_snapshot(date(2024, 2, 29), [make_issue("7203", company_name=name, scale_category="-")], "jpx")

    (row,) = read_csv(client_with_key.get(f"{PATH}?format=csv").getvalue())
    sheet = openpyxl.load_workbook(io.BytesIO(client_with_key.get(f"{PATH}?format=xlsx").getvalue())).active
    assert sheet is not None

    assert row["company_name"].startswith("'")
    assert row["scale_category"] == "-"
    assert sheet["C2"].data_type in ("s", "inlineStr")
    assert not str(sheet["C2"].value).startswith("'")


@pytest.mark.parametrize(
    ("query", "field"),
    [("", "format"), ("?format=pdf", "format"), ("?format=csv&limit=1", "limit"), ("?format=csv&as_of=x", "as_of")],
)
def test_wrong_parameters_are_named(client_with_key: Client, query: str, field: str) -> None:
    answer = client_with_key.get(PATH + query)

    assert answer.status_code == 400
    assert list(answer.json()["error"]["details"]) == [field]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_size_of_the_list_makes_no_difference_to_memory(tmp_path: Path) -> None:
    apply_snapshot(date(2026, 11, 20), make_list(16_000), "jquants")
    _, key = create_api_key(name="export", scopes=["read"])
    growth = {}
    with serve(tmp_path, workers=1) as server:
        for file_format in ExportFormat.values:
            path = f"{server.base_url}{PATH}?format={file_format}"
            assert len(b"".join(read_in_chunks(f"{path}&code=1301", key))) > 100
            before = server.memory_bytes()
            growth[file_format] = max(server.memory_bytes() - before for _ in read_in_chunks(path, key))

    # The columns of a group of rows, and what compresses them; held as a whole the list would take twice as much.
    most = dict.fromkeys(growth, 24) | {ExportFormat.PARQUET: 40}
    assert all(grown < most[file_format] * 1024 * 1024 for file_format, grown in growth.items()), growth


def test_a_workbook_is_no_file_where_rows_are_missing_from_it() -> None:
    assert len(list(rows_that_fit([{"code": "7203"}] * 3, most=3))) == 3

    with pytest.raises(TooManyRows, match="3 rows at most"):
        list(rows_that_fit([{"code": "7203"}] * 4, most=3))


def read_in_chunks(url: str, key: str) -> Iterator[bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"X-API-Key": key})) as answer:
        while chunk := answer.read(1 << 20):
            yield chunk
