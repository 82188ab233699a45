"""EDINET code lists as the service gives them, made for tests."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date

from companies.issuers.filer import Filer

JAPANESE = "ＥＤＩＮＥＴコード,提出者種別,上場区分,連結の有無,資本金,決算日,提出者名,提出者名（英字）,提出者名（ヨミ）,所在地,提出者業種,証券コード,提出者法人番号"
ENGLISH = (
    "EDINET Code,Type of Submitter,Listed company / Unlisted company,Consolidated / NonConsolidated,Capital stock,"
    "account closing date,Submitter Name,Submitter Name（alphabetic）,Submitter Name（phonetic）,Province,"
    "Submitter's industry,Securities Identification Code,Submitter's Japan Corporate Number"
)
#: 11 fields of a row, in the order of the file, by name.
_ROW = {
    "edinet_code": "E00004", "filer_type": "内国法人・組合", "listed": "上場", "consolidated": "有", "capital": "1491",
    "fiscal_year_end": "5月31日", "name": "カネコ種苗株式会社", "name_english": "KANEKO SEEDS CO., LTD.",
    "name_kana": "カネコシュビョウカブシキガイシャ", "address": "前橋市古市町一丁目５０番地１２", "industry": "水産・農林業",
    "securities_code": "13760", "corporate_number": "5070001000715",
}  # fmt: skip


def row_of(**fields: str) -> str:
    """One line, Kaneko Seeds unless told otherwise."""
    return ",".join(f'"{value}"' for value in {**_ROW, **fields}.values())


def text_of(
    rows: Sequence[str], *, day: str = "2026年08月11日現在", count: str | None = None, header: str = JAPANESE
) -> str:
    """The whole file."""
    told = f"{len(rows)}件" if count is None else count
    return "\r\n".join([f"ダウンロード実行日,{day},件数,{told}", header, *rows, ""])


def zip_of(text: str, *, name: str = "EdinetcodeDlInfo.csv", encoding: str = "cp932") -> bytes:
    """As it is downloaded."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text.encode(encoding))
    return file.getvalue()


def make_filer(code: str | None = "1376", edinet_code: str = "E00004", **fields: str | None) -> Filer:
    """A filer, valid by default."""
    values = {
        "name": "カネコ種苗株式会社",
        "name_kana": "カネコシュビョウ",
        "corporate_number": "5070001000715",
        **fields,
    }
    return Filer(edinet_code, code, **values)  # type: ignore[arg-type] # the name is a text


def make_filers(count: int, *, first: int = 1301) -> list[Filer]:
    """So many, each with a code of its own."""
    return [make_filer(str(first + step), f"E{first + step:05}") for step in range(count)]


DAY = date(2026, 8, 11)
