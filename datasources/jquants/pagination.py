"""Following `pagination_key` to the last page, and no further."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from datasources.errors import SourceError

# A list of 4,400 issues comes in one page or a few; far more than that is a server going round in circles.
_MAX_PAGES = 100
_MAX_ROWS = 100_000


def collect_pages(
    fetch_page: Callable[[str | None], dict[str, Any]], rows_name: str, report: Callable[[int], None]
) -> list[dict[str, Any]]:
    """The rows of all pages. `fetch_page` takes the key of the page wanted, `None` for the first.

    `report` is told the rows so far after each page. Raises `SourceError` for keys that repeat or never end, and for
    pages that are not `{rows_name: [{…}, …]}`.
    """
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    key: str | None = None
    while True:
        page = fetch_page(key)
        rows += _read_rows(page, rows_name, already=len(rows))
        report(len(rows))
        key = page.get("pagination_key")
        if key is None or key == "":
            return rows
        if not isinstance(key, str):
            raise SourceError(
                "UNEXPECTED_RESPONSE", gettext("pagination_key が文字列ではありません。J-Quants の応答が壊れています。")
            )
        if key in seen:
            raise SourceError(
                "ENDLESS_PAGINATION",
                gettext("同じ pagination_key が繰り返されました（{count} ページ目）。取得を中止しました。").format(
                    count=len(seen)
                ),
            )
        seen.add(key)
        if len(seen) >= _MAX_PAGES or len(rows) > _MAX_ROWS:
            raise SourceError(
                "ENDLESS_PAGINATION",
                gettext("{pages} ページ（{rows:,} 行）を取得しても終わりません。取得を中止しました。").format(
                    pages=len(seen), rows=len(rows)
                ),
            )


def _read_rows(page: dict[str, Any], rows_name: str, *, already: int) -> list[dict[str, Any]]:
    rows = page.get(rows_name)
    if not isinstance(rows, list):
        raise SourceError(
            "UNEXPECTED_RESPONSE",
            gettext("応答に「{rows_name}」の一覧がありません。API バージョンとベース URL を確認してください。").format(
                rows_name=rows_name
            ),
        )
    for number, row in enumerate(rows, start=already + 1):
        if not isinstance(row, dict):
            raise SourceError(
                "INVALID_ROW",
                gettext("{number} 行目が項目の集まりではありません。J-Quants の応答が壊れています。").format(
                    number=number
                ),
            )
    return rows
