"""The toy's lists over HTTP: `/list?day=` answers `{"day": …, "names": {code: name}}`."""

import json
from collections.abc import Callable
from datetime import date

from companies.listed_issue import ListedIssue
from datasources.credentials import find_credentials
from datasources.errors import SourceError
from datasources.http import HttpService
from datasources.models import DataSource
from datasources.providers import FetchedList, ListClient, no_report
from datasources.rate_limit import wait_for_turn
from datasources.waiting import CheckCancelled, HttpPatience

_PATIENCE = HttpPatience(1.0, 5.0, 2, 0.01, 0.01)


class ToyClient(ListClient):
    """One account."""

    def __init__(self, source: DataSource, check_cancelled: CheckCancelled) -> None:
        self._source, self._check_cancelled = source, check_cancelled
        self._headers = {"X-Toy": find_credentials(source).api_key}
        self._service = HttpService(
            "おもちゃ取引所", source.base_url, patience=_PATIENCE, max_bytes=10_000, check_cancelled=check_cancelled
        )

    def close(self) -> None:
        """Give the connections back."""
        self._service.close()

    def fetch_listing(self, day: date | None, report: Callable[[int], None] = no_report) -> FetchedList:
        """The list of a day."""
        query = {"day": day.isoformat()} if day else {}
        content = self._service.ask_patiently(lambda: self._ask(query))
        answer = json.loads(content)
        issues = [ListedIssue(code=code, company_name=name) for code, name in answer["names"].items()]
        report(len(issues))
        return FetchedList(date.fromisoformat(answer["day"]), issues)

    def _ask(self, query: dict[str, str]) -> bytes:
        wait_for_turn(self._source, self._check_cancelled)
        status, content = self._service.exchange("GET", "/list", query=query, headers=self._headers)
        if status != 200:
            raise SourceError("TOY_REFUSED", f"おもちゃ取引所に断られました（HTTP {status}）。", status=status)
        return content
