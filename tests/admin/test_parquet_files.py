"""What the admin saves as Parquet has the rows, the words and the order of the CSV, and of days and numbers the type."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from config.version import VERSION
from tests.factories import store_quote
from tests.reading_parquet import READERS, notes_of, types_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_lists")]

COMPANIES, EVENTS = "/admin/companies/company/", "/admin/companies/listingevent/"
FILES = [
    f"{COMPANIES}export/?all_columns=1", f"{COMPANIES}export/?market=0112", f"{COMPANIES}export/?as_of=2024-02-29&all_columns=1",
    f"{COMPANIES}export/?known_at=1", f"{COMPANIES}compare/?first=2024-02-29&second=2024-03-29", f"{EVENTS}export/?event_date_from=2024-03-01",
    f"{EVENTS}summary/export/?event_date_from=2024-03-01", f"{EVENTS}years/export/?", "/admin/companies/listingsnapshot/curve/export/?",
]  # fmt: skip


def save(client: Client, path: str, file_format: str) -> bytes:
    answer: Any = client.get(f"{path}&format={file_format}")
    assert answer.status_code == 200, answer.headers
    assert answer.headers["Content-Disposition"].endswith(f'.{file_format}"')
    return bytes(answer.getvalue())


def as_cells(row: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}


def test_it_has_what_the_csv_has(admin_client: Client) -> None:
    for path in FILES:
        told = list(csv.DictReader(io.StringIO(save(admin_client, path, "csv").decode("utf-8-sig"))))
        content = save(admin_client, path, "parquet")

        assert told, path
        for name, reader in READERS.items():
            assert [as_cells(row) for row in reader(content)] == told, name
        assert notes_of(content)["row_count"] == str(len(told)), path


def test_days_and_numbers_are_that_and_prices_have_their_places(admin_client: Client) -> None:
    store_quote("7203")
    prices = save(admin_client, f"{COMPANIES}export/?columns=price-price_change", "parquet")
    assert types_of(prices) == {"コード": "string", "銘柄名": "string", "株価": "decimal128(20, 4)", "前日比": "decimal128(20, 4)"}  # fmt: skip
    (toyota,) = [row for row in READERS["polars"](prices) if row["コード"] == "7203"]
    assert (toyota["株価"], toyota["前日比"]) == (Decimal("2050.5"), Decimal("50.5"))

    companies = types_of(save(admin_client, f"{COMPANIES}export/?all_columns=1", "parquet"))
    assert (companies["コード"], companies["初めて載った一覧"], companies["最後に載った一覧"]) == ("string", "date32[day]", "date32[day]")  # fmt: skip
    curve = types_of(save(admin_client, "/admin/companies/listingsnapshot/curve/export/?", "parquet"))
    assert list(curve.values())[:3] == ["date32[day]", "int64", "int64"]


def test_the_sheet_of_conditions_stands_at_its_end(admin_client: Client) -> None:
    notes = notes_of(save(admin_client, f"{COMPANIES}export/?market=0112", "parquet"))
    (heading, *rows) = json.loads(notes["sheets"])["条件"]

    assert (notes["contents"], notes["version"], heading) == ("銘柄一覧", VERSION, ["項目", "内容"])
    told = dict(rows)
    assert (told["市場区分"], told["改訂"], told["件数"]) == ("スタンダード", 2, 1)


def test_each_page_that_offers_a_workbook_offers_it(admin_client: Client) -> None:
    for page in [
        COMPANIES,
        f"{EVENTS}?event_date_from=2024-03-01",
        f"{EVENTS}summary/?event_date_from=2024-03-01",
        f"{EVENTS}years/",
        "/admin/companies/listingsnapshot/curve/",
        f"{COMPANIES}compare/?first=2024-02-29&second=2024-03-29",
    ]:
        content = admin_client.get(page).content.decode()

        assert content.count("format=parquet") == content.count("format=xlsx") > 0, page
        assert ">Parquet</a>" in content, page
