"""An EDINET over real HTTP: the zip with the code list at its address, with `ETag` and `Last-Modified`, and on demand every fault."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler

from tests.fakes.published_file import FakePublisher, not_modified
from tests.fakes.server import Fault, answering, cut, page, redirect, send, silence

PATH = "/searchdocument/codelist"
COLUMNS = [
    "ＥＤＩＮＥＴコード", "提出者種別", "上場区分", "連結の有無", "資本金", "決算日", "提出者名", "提出者名（英字）", "提出者名（ヨミ）",
    "所在地", "提出者業種", "証券コード", "提出者法人番号",
]  # fmt: skip
INDIVIDUAL = "個人（組合発行者を除く）"


def make_row(number: int, code: str = "", **fields: str) -> dict[str, str]:
    """A company that files under a securities code (4 characters; none: it is not listed)."""
    row = {
        "ＥＤＩＮＥＴコード": f"E{number:05}", "提出者種別": "内国法人・組合", "上場区分": "上場" if code else "", "連結の有無": "有", "資本金": "397050",
        "決算日": "3月31日", "提出者名": f"会社{number}株式会社", "提出者名（英字）": f"COMPANY {number} CO., LTD.",
        "提出者名（ヨミ）": "カイシャカブシキガイシャ", "所在地": "東京都", "提出者業種": "サービス業", "証券コード": f"{code}0" if code else "", "提出者法人番号": "",
    }  # fmt: skip
    return {**row, **fields}


def make_csv(day: date, rows: Sequence[dict[str, str]], *, count: int | None = None) -> bytes:
    """The CSV as the service writes it."""
    text = io.StringIO()
    text.write(f"ダウンロード実行日,{day:%Y年%m月%d日}現在,件数,{len(rows) if count is None else count}件\r\n")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *[[row[name] for name in COLUMNS] for row in rows]])
    return text.getvalue().encode("cp932")


def make_zip(day: date, rows: Sequence[dict[str, str]], *, count: int | None = None) -> bytes:
    """The zip around it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("EdinetcodeDlInfo.csv", make_csv(day, rows, count=count))
    return packed.getvalue()


def _no_zip(handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b"PK\x03\x04" + bytes(2000), "application/zip")


FAULTS: dict[str, Fault] = {
    "html": page,
    "500": answering(500, {}),
    "503": answering(503, {}),
    "429": answering(429, {}),
    "403": answering(403, {}),
    "404": lambda handler: send(handler, 404, b"<html>not here</html>", "text/html"),
    "redirect": redirect,
    "huge": lambda handler: send(handler, 200, b"PK" + b" " * (11 * 1024 * 1024), "application/zip"),
    "cut": cut,
    "cut_zip": _no_zip,
    "304": not_modified,
    "timeout": silence,
}


@dataclass
class FakeEdinet(FakePublisher):
    """The server and the file that it publishes."""

    path, content_type, faults = PATH, "application/zip", FAULTS
    file_name: str = "Edinetcode.zip"
    last_modified: str = "Sat, 29 Mar 2024 01:00:00 GMT"

    def publish(self, day: date, rows: Sequence[dict[str, str]]) -> None:
        self.content = make_zip(day, rows)
        self.last_modified = f"{day:%a, %d %b %Y} 01:00:00 GMT"
