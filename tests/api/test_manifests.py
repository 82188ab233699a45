"""What proves an export: the same rows, asked for by the manifest's revision in any format, have its count and its hashes."""

import csv
import gzip
import hashlib
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from backports import zstd

from api.keys import create_api_key
from companies.issuers.issuer_lists import apply_issuer_list
from companies.ledger.snapshots import apply_snapshot
from masters.models import Market
from tests.api.front import Answer, ask
from tests.edinet_lists import make_filer
from tests.factories import make_issue
from tests.reading_parquet import READERS, notes_of

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]

BASE = "/api/v1/companies"
PATHS = [
    f"{BASE}/export?", f"{BASE}/export?active_only=false&q=%E8%87%AA%E5%8B%95%E8%BB%8A", f"{BASE}/export?as_of=2024-03-01&market_code=0111", f"{BASE}/export?known_at=1",
    f"{BASE}/export?updated_since=2024-01-01T00:00:00Z", f"{BASE}/export?known_at=1&active_only=false&ordering=-company_name",
    f"{BASE}/history/export?", f"{BASE}/history/export?after_code=1301&until_code=7203", f"{BASE}/events/export?", f"{BASE}/events/export?type=delisted&from=2024-03-01",
]  # fmt: skip


@pytest.fixture
def key() -> str:
    return create_api_key(name="prover", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def get(path: str, key: str, **options: Any) -> Answer:
    answer = ask(path, key=key, **options)
    assert answer.status == 200, answer.body
    return answer


def count_rows(file_format: str, content: bytes) -> int:
    if file_format == "csv":
        return len(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))))
    if file_format == "xlsx":
        sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
        return int(sheet.max_row) - 1
    return len(content.splitlines()) if file_format == "ndjson" else len(READERS["pyarrow"](content))


def check(manifest: dict[str, Any], key: str) -> None:
    """Each file that it tells of is as it tells."""
    assert [file["format"] for file in manifest["files"]] == ["csv", "xlsx", "ndjson", "parquet"]
    for file in manifest["files"]:
        content = get(file["url"], key).body
        assert count_rows(file["format"], content) == manifest["row_count"], file
        if file["format"] == "parquet":
            notes = notes_of(content)
            assert (file["size_bytes"], file["sha256"]) == (None, None)
            assert (notes["row_count"], notes["content_sha256"]) == (str(manifest["row_count"]), manifest["content_sha256"])  # fmt: skip
        else:
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size_bytes"], file["sha256"]), file


@pytest.mark.parametrize("path", PATHS)
def test_by_its_revision_every_format_has_its_rows_and_hashes_whatever_comes_later(key: str, path: str) -> None:
    answer = get(f"{path}&format=manifest", key)
    manifest = answer.json()
    assert manifest["row_count"] > 0
    assert (str(manifest["revision"]), manifest["state"]) == (answer.headers["x-ledger-revision"], answer.headers["x-data-state"])  # fmt: skip
    check(manifest, key)

    apply_snapshot(
        date(2024, 1, 31), [make_issue("7203", company_name="トヨタ"), make_issue("9999")], "jpx", force=True
    )
    apply_snapshot(
        date(2024, 4, 30), [make_issue("7203", company_name="トヨタ"), make_issue("9984")], "jpx", force=True
    )

    check(manifest, key)


def test_that_of_issuers_holds_as_long_as_the_data_stands(key: str) -> None:
    apply_issuer_list(date(2024, 3, 29), [make_filer("7203", "E02144"), make_filer("7201", "E02142")])
    manifest = get("/api/v1/issuers/export?code=7203,7201&format=manifest", key).json()
    assert manifest["row_count"] == 2
    check(manifest, key)

    apply_issuer_list(date(2024, 4, 30), [make_filer("7203", "E02144", name="新しい名前")], force=True)

    gone = ask(manifest["files"][0]["url"], key=key)
    assert (gone.status, gone.json()["error"]["code"]) == (409, "STATE_CHANGED")


def test_it_says_what_was_asked_for_and_another_question_has_another_hash(key: str) -> None:
    first = get(f"{BASE}/export?format=manifest&market_code=0111,0112&ordering=-code&as_of=2024-03-01&revision=2", key).json()  # fmt: skip
    second = get(
        f"{BASE}/export?format=manifest&market_code=0111,0112&ordering=code&as_of=2024-03-01&revision=2", key
    ).json()

    assert first["filters"] == {"market_code": "0111,0112", "ordering": "-code"}
    assert (first["revision"], first["known_at"], first["as_of"]) == (2, "2", "2024-03-01")
    assert first["row_count"] == second["row_count"]
    assert first["content_sha256"] != second["content_sha256"]


def test_a_new_name_of_a_market_is_another_state_of_the_same_revision(key: str) -> None:
    before = get(f"{BASE}/export?format=manifest", key).json()

    Market.objects.filter(code="0111").update(name="プライム市場")
    apply_snapshot(date(2024, 3, 29), [make_issue("7203")], "jquants", force=True)
    after = get(f"{BASE}/export?format=manifest&revision=2", key).json()

    assert (before["revision"], after["revision"]) == (2, 2)
    assert before["content_sha256"] != after["content_sha256"]
    assert before["state"] != after["state"]


def test_no_rows_have_the_hash_of_nothing(key: str) -> None:
    manifest = get(f"{BASE}/history/export?revision=0&format=manifest", key).json()

    assert (manifest["row_count"], manifest["content_sha256"]) == (0, hashlib.sha256(b"").hexdigest())
    check(manifest, key)


@pytest.mark.parametrize("file_format", ["csv", "ndjson"])
def test_a_file_comes_as_zstandard_to_who_names_it_and_the_hash_is_of_what_is_inside(
    key: str, file_format: str
) -> None:
    path = f"{BASE}/history/export?format={file_format}"
    plain = get(path, key)
    assert "content-encoding" not in plain.headers

    for accepted in ("zstd", "gzip, deflate, br, zstd", "gzip;q=1.0, ZSTD;q=0.5"):
        packed = get(path, key, accept_encoding=accepted)
        assert packed.headers["content-encoding"] == "zstd"
        assert zstd.decompress(packed.body) == plain.body
    for accepted in ("gzip", "*", "gzip, zstd;q=0"):
        packed = get(path, key, accept_encoding=accepted)
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body


def test_a_workbook_is_the_same_each_time(key: str) -> None:
    first, second = (get(f"{BASE}/events/export?format=xlsx", key).body for _ in range(2))
    book = openpyxl.load_workbook(io.BytesIO(first))

    assert first == second
    assert book.properties.created is not None
    assert book.properties.created.year == 2000
