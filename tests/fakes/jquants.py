"""A J-Quants server over real HTTP: V2 with a key, V1 with tokens, and on demand every fault.

`python -m tests.fakes --port 9100` serves one for a person to try the product against.
"""

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from companies.listed_issue import ListedIssue
from tests.fakes.jquants_bulk import FakeBulkFiles, send_bulk_list, send_bulk_url
from tests.fakes.jquants_faults import ANSWER_FAULTS, ROW_FAULTS
from tests.fakes.jquants_publication import Publication
from tests.fakes.jquants_rows import Row, as_v1, make_rows
from tests.fakes.server import FakeService, QuietHandler

API_KEY = "jq-key-Zm9vYmFyYmF6cXV4-0123"
MAIL_ADDRESS, PASSWORD = "operator@example.com", "correct-horse-battery-staple"


@dataclass
class FakeJquants(Publication, FakeService):
    """The server and what it publishes. Lists by day; a day without one is not a business day."""

    page_rows: int = 5000
    latest: date | None = None
    #: The only list that is given, whatever is asked for.
    stuck_at: date | None = None
    #: So many days before and after those that were asked for its calendar tells as well.
    calendar_days_more: int = 0
    #: ID and refresh tokens handed out and still good.
    id_tokens: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)
    #: The host of its bulk files; without one it lists none.
    bulk: FakeBulkFiles = field(default_factory=FakeBulkFiles)
    _packed: dict[tuple[str, date, int, int], bytes] = field(default_factory=dict)
    _handed_out: int = 0

    def publish(self, day: date, issues: Sequence[ListedIssue]) -> None:
        """Make a day a business day with that list."""
        self.lists[day] = issues
        self._packed.clear()

    def pack_all(self) -> None:
        """Make the answers with whole lists before they are asked for, so that making them is nobody's time."""
        for day in self.lists:
            self._packed["data", day, 0, self.page_rows] = _pack(
                {"data": make_rows(day, self.lists[day])[: self.page_rows]}
            )

    def at(self, moment: datetime) -> None:
        """Set its clock."""
        self.now = moment
        self._packed.clear()

    def known_faults(self) -> set[str]:
        """Of whole answers, of rows, and of pages."""
        return {*ANSWER_FAULTS, *ROW_FAULTS, "endless", "repeated_key"}

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return _handler_for(self)

    def day_in_force(self, asked: str | None) -> date:
        """The next business day from the day asked for, else the latest."""
        days = [day for day in sorted(self.lists) if self.is_published(day)]
        if self.stuck_at:
            return self.stuck_at
        if not asked:
            return self.latest or days[-1]
        return next((day for day in days if day >= date.fromisoformat(asked)), days[-1])

    def new_token(self, kind: str) -> str:
        """A token nobody had before."""
        with self._lock:
            self._handed_out += 1
            return f"{kind}-token-secret-{self._handed_out:04d}"

    def url(self, version: str = "v2") -> str:
        """The base URL of a version."""
        return f"{self.address()}/{version}"


def _pack(answer: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps(answer).encode(), 1)


def _handler_for(fake: FakeJquants) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        server_state = fake

    return Handler


class _Handler(QuietHandler):
    server_state: FakeJquants

    def do_GET(self) -> None:  # noqa: N802 the library's name
        self._answer()

    def do_POST(self) -> None:  # noqa: N802 the library's name
        self._answer()

    def _answer(self) -> None:
        fake = self.server_state
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query))
        self.body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        fake.note(self, parts.path, self.query)
        fault = fake.take_fault(parts.path)
        if fault in ANSWER_FAULTS:
            ANSWER_FAULTS[fault](self)
            return
        route = _ROUTES.get((self.command, parts.path))
        if route is None:
            self.send(403, {"message": "Forbidden"})
            return
        route(self, fault)

    def send(self, status: int, answer: dict[str, Any] | bytes) -> None:
        """JSON, compressed if the caller takes that."""
        body = answer if isinstance(answer, bytes) else _pack(answer)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def has_key(self) -> bool:
        """Answers 403 itself to a wrong key."""
        if self.headers.get("x-api-key") == API_KEY:
            return True
        self.send(403, {"message": "The incoming API key is invalid."})
        return False

    def has_token(self) -> bool:
        """Answers 401 itself to a wrong token."""
        if (self.headers.get("Authorization") or "").removeprefix("Bearer ") in self.server_state.id_tokens:
            return True
        self.send(401, {"message": "The incoming token is invalid or expired."})
        return False

    def send_listing(self, fault: str | None, rows_name: str, convert: Callable[[Row], Row]) -> None:
        """A page of the list; whole days are packed once."""
        fake = self.server_state
        if fake.refuses_ahead and fake.is_refused(self.query.get("date")):
            self.send(fake.refuses_ahead[0], {"message": fake.refuses_ahead[1]})
            return
        day = fake.day_in_force(self.query.get("date"))
        at = int(self.query.get("pagination_key") or 0)
        is_plain = fault is None and "code" not in self.query
        if is_plain and (rows_name, day, at, fake.page_rows) in fake._packed:
            self.send(200, fake._packed[rows_name, day, at, fake.page_rows])
            return
        rows = [convert(row) for row in make_rows(day, fake.rows_of(day))]
        if "code" in self.query:
            rows = [row for row in rows if row["Code"] == self.query["code"]]
        if fault in ROW_FAULTS:
            rows = ROW_FAULTS[fault](rows)
        answer: dict[str, Any] = {rows_name: rows[at : at + fake.page_rows]}
        if fault == "endless":
            answer = {rows_name: rows[:1], "pagination_key": str(at + 1)}
            fake.fail("endless")
        elif fault == "repeated_key":
            answer["pagination_key"] = "1"
            fake.fail("repeated_key")
        elif at + fake.page_rows < len(rows):
            answer["pagination_key"] = str(at + fake.page_rows)
        body = _pack(answer)
        if is_plain:
            fake._packed[rows_name, day, at, fake.page_rows] = body
        self.send(200, body)

    def send_calendar(self, rows_name: str, division: str) -> None:
        """Every day of the range; those with a list are business days."""
        fake = self.server_state
        first, last = date.fromisoformat(self.query["from"]), date.fromisoformat(self.query["to"])
        more = fake.calendar_days_more
        days = [first + timedelta(days=step) for step in range(-more, (last - first).days + 1 + more)]
        rows = [
            {"Date": day.isoformat(), division: fake.divisions.get(day, "1" if day in fake.lists else "0")}
            for day in days
        ]
        self.send(200, {rows_name: rows})


def _master(handler: _Handler, fault: str | None) -> None:
    if handler.has_key():
        handler.send_listing(fault, "data", dict)


def _calendar(handler: _Handler, _fault: str | None) -> None:
    if handler.has_key():
        handler.send_calendar("data", "HolDiv")


def _info(handler: _Handler, fault: str | None) -> None:
    if handler.has_token():
        handler.send_listing(fault, "info", as_v1)


def _trading_calendar(handler: _Handler, _fault: str | None) -> None:
    if handler.has_token():
        handler.send_calendar("trading_calendar", "HolidayDivision")


def _auth_user(handler: _Handler, _fault: str | None) -> None:
    if handler.body != {"mailaddress": MAIL_ADDRESS, "password": PASSWORD}:
        handler.send(400, {"message": "'mailaddress' or 'password' is incorrect."})
        return
    token = handler.server_state.new_token("refresh")
    handler.server_state.refresh_tokens.add(token)
    handler.send(200, {"refreshToken": token})


def _auth_refresh(handler: _Handler, _fault: str | None) -> None:
    if handler.query.get("refreshtoken") not in handler.server_state.refresh_tokens:
        handler.send(400, {"message": "'refreshtoken' is incorrect."})
        return
    token = handler.server_state.new_token("id")
    handler.server_state.id_tokens.add(token)
    handler.send(200, {"idToken": token})


_ROUTES: dict[tuple[str, str], Callable[[_Handler, str | None], None]] = {
    ("GET", "/v2/equities/master"): _master,
    ("GET", "/v2/markets/calendar"): _calendar,
    ("GET", "/v2/bulk/list"): send_bulk_list,
    ("GET", "/v2/bulk/get"): send_bulk_url,
    ("GET", "/v1/listed/info"): _info,
    ("GET", "/v1/markets/trading_calendar"): _trading_calendar,
    ("POST", "/v1/token/auth_user"): _auth_user,
    ("POST", "/v1/token/auth_refresh"): _auth_refresh,
}


def business_days(first: date, count: int) -> list[date]:
    """`count` weekdays from `first` on."""
    days: list[date] = []
    day = first
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days
