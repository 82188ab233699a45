"""The client: what can be asked, as methods."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote as quoted

import httpx

from meigara_client import models
from meigara_client.chain import ChainReader
from meigara_client.code_queries import query_companies
from meigara_client.errors import ConfigurationError
from meigara_client.etag_cache import EtagCache
from meigara_client.following import FilePosition, PositionStore, follow
from meigara_client.held_ledgers import HeldLedgers
from meigara_client.joining import DEFAULT_COLUMNS, joiner_of
from meigara_client.ledger import Ledger
from meigara_client.pages import Found, Pages, part_of, read
from meigara_client.reading import Day, KnownAt, as_day, parts_of
from meigara_client.retrying import Retries
from meigara_client.transport import Transport
from meigara_client.universe import ListedState, Universe

Frame = TypeVar("Frame")
#: One value or several of a filter.
Wanted = str | int | bool | date | Iterable[str] | None

_CACHE_BYTES = 64 * 2**20
#: That the server tells at once.
_CALENDAR_DAYS = 366


class Client(ChainReader):
    """One server, by one key: `Client("https://meigara.example", "…")`, or from `MEIGARA_URL` and `MEIGARA_API_KEY`. May be used by several threads.

    `language` (`ja`, `en`) is that of messages. Answers are kept in memory with their ETag, up to `cache_bytes` (0: none), and in
    `cache_folder` where one is given. Everything raises `ApiError` by its code, `ServerUnreachable` and `UnexpectedAnswer`.
    """

    def __init__(
        self, base_url: str | None = None, api_key: str | None = None, *, language: str = "ja", timeout_seconds: float = 30.0,
        retries: Retries | None = None, cache_bytes: int = _CACHE_BYTES, cache_folder: str | os.PathLike[str] | None = None,
        http_transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        base_url = base_url or os.environ.get("MEIGARA_URL")
        api_key = api_key or os.environ.get("MEIGARA_API_KEY")
        if not base_url or not api_key:
            raise ConfigurationError("give base_url and api_key, or set MEIGARA_URL and MEIGARA_API_KEY")
        cache = EtagCache(cache_bytes, None if cache_folder is None else Path(cache_folder)) if cache_bytes else None
        self._transport = Transport(
            base_url, api_key, language=language, timeout_seconds=timeout_seconds, retries=retries or Retries(), cache=cache,
            http_transport=http_transport,
        )  # fmt: skip
        self._language, self._pages = language, Pages(self._transport)
        self._ledgers = HeldLedgers(self._transport, language)

    def __repr__(self) -> str:
        return f"<Client of {self._transport.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._transport.close()

    # Companies

    def universe(
        self, day: Day | None = None, *, known_at: KnownAt | None = None, **filters: Wanted
    ) -> Universe[models.ListedCompany]:
        """Who was listed on a day (without one: is listed now), with all that is told of each, as known now or at `known_at`. `filters` are those of
        `GET /companies`: `market_code=["0111", "0112"]`, `sector33_code="3700"`, `q="toyota"`. All pages are of one revision.
        """
        of_day = None if day is None else as_day(day)
        parameters = {**filters, "as_of": of_day, "known_at": known_at}
        revision, rows = self._pages.whole_walk("/companies", parameters, "companies")
        companies = (read(models.ListedCompany, row) for row in rows)
        return Universe(models.ListedCompany, of_day, revision, {company.code: company for company in companies})

    def universes(
        self, days: Iterable[Day], *, known_at: KnownAt | None = None, **filters: Wanted
    ) -> dict[date, Universe[ListedState]]:
        """The same for many days, of one revision, and cheaply: all histories are loaded once, and again only after the ledger has changed.

        They tell what the lists say of each issue (not its issuer, identifiers, official days and the names of codes), and are narrowed by these fields and by
        `code`. Raises `SnapshotNotFound` for a day before the first list.
        """
        ledger = self.ledger(known_at=known_at)
        return {day: ledger.as_of(day, filters) for day in map(as_day, days)}

    def ledger(self, *, known_at: KnownAt | None = None) -> Ledger:
        """All histories, to be asked without the server: `ledger.as_of(day)`, `ledger.find("7203", day)`."""
        return self._ledgers.get(known_at)

    def asof_join(
        self, frame: Frame, on: str = "date", by: str = "code", *, known_at: KnownAt | None = None,
        columns: Sequence[str] = DEFAULT_COLUMNS, prefix: str = "",
    ) -> Frame:  # fmt: skip
        """A frame of pandas or polars with each row's state on the row's own day added: what the list in force on that day said, whoever was renamed or delisted since.

        `is_listed` is false where the issue was not listed on the day, empty where nothing is known (before the first list, no day, no code).
        Codes may be written `7203`, `72030`, `7203.T`. `columns` chooses what is added, `prefix` goes before their names.
        """
        joined: Frame = joiner_of(frame)(
            frame, self.ledger(known_at=known_at), on=on, by=by, columns=tuple(columns), prefix=prefix
        )
        return joined

    def company(self, code: str, *, as_of: Day | None = None, known_at: KnownAt | None = None) -> models.Company:
        """One issue, now or on a day. Raises `CompanyNotFound`."""
        day = None if as_of is None else as_day(as_of)
        return self._one(models.Company, f"/companies/{quoted(code, safe='')}", as_of=day, known_at=known_at)

    def companies(
        self, codes: Iterable[str], *, as_of: Day | None = None, known_at: KnownAt | None = None
    ) -> models.Query:
        """Many issues at once, in the order of their codes, now or on a day: `companies`, and which codes were `not_found` or `duplicates`. All
        are of one revision, however many there are. Raises `ValidationError` for what is no code, with its place among 5,000.
        """
        return query_companies(self._transport, codes, as_of=as_of, known_at=known_at)

    def history(self, code: str, *, known_at: KnownAt | None = None) -> models.History:
        """Everything that ever was of an issue, its states and events. Raises `CompanyNotFound`."""
        return self._one(models.History, f"/companies/{quoted(code, safe='')}/history", known_at=known_at)

    def identifiers(self, code: str, *, known_at: KnownAt | None = None) -> models.Identifiers:
        """ISIN, FIGI and LEI of an issue with their days. Raises `CompanyNotFound`."""
        return self._one(models.Identifiers, f"/companies/{quoted(code, safe='')}/identifiers", known_at=known_at)

    def quote(self, code: str) -> models.Quote:
        """The latest price, some 20 minutes late. Raises `QuotesDisabled`, `QuoteUnavailable`, `QuoteNotCovered`."""
        return self._one(models.Quote, f"/companies/{quoted(code, safe='')}/quote")

    def search(
        self, q: str, *, limit: int = 50, active_only: bool = False, known_at: KnownAt | None = None
    ) -> list[models.Company]:
        """By code, name, kana, Latin letters or identifier; best first."""
        found = self._one(models.Search, "/companies/search", q=q, limit=limit, active_only=active_only, known_at=known_at)  # fmt: skip
        return list(found.companies)

    # What happened

    def events(
        self, start: Day | None = None, end: Day | None = None, *, type: str | Iterable[str] | None = None,  # noqa: A002 - as the API calls it
        code: str | Iterable[str] | None = None, market_code: str | Iterable[str] | None = None,
        known_at: KnownAt | None = None,
    ) -> Iterator[models.Event]:  # fmt: skip
        """Listings, delistings, renamings and the like between two days, both included, newest first. Pages are asked for as they are needed, all of one revision."""
        period = {"from": None if start is None else as_day(start), "to": None if end is None else as_day(end)}
        chosen = {"type": type, "code": code, "market_code": market_code, "known_at": known_at}
        for page in self._pages.walk("/companies/events", {**period, **chosen}):
            for row in part_of(page.data, "events", list):
                yield read(models.Event, row)

    def changes(self, start: Day, end: Day, *, known_at: KnownAt | None = None) -> models.Changes:
        """How the universes of two days differ, whole; `from_` and `to` of the answer are the days of the lists in force."""
        parameters = {"from": as_day(start), "to": as_day(end), "known_at": known_at}
        pages = [read(models.Changes, page.data) for page in self._pages.walk("/companies/changes", parameters)]
        changes = tuple(change for page in pages for change in page.changes)
        return replace(pages[0], changes=changes, limit=len(changes), next=None)

    def announcements(
        self, start: Day | None = None, end: Day | None = None, *, kind: str | None = None,
        code: str | Iterable[str] | None = None, known_at: KnownAt | None = None,
    ) -> Iterator[models.Announcement]:  # fmt: skip
        """The exchange's own days of listing and delisting, those to come (without `start`: only these) among them, the last day first."""
        period = {"from": None if start is None else as_day(start), "to": None if end is None else as_day(end)}
        for page in self._pages.walk("/companies/announcements", {**period, "kind": kind, "code": code, "known_at": known_at}):  # fmt: skip
            for row in part_of(page.data, "announcements", list):
                yield read(models.Announcement, row)

    def feed(self, after: str | int = "0", *, limit: int = 100, rows: int = 5000, wait: int = 0) -> models.Feed:
        """One page of the stream of revisions; `next` is the `after` of the one after it. `wait`: seconds (30 at most) in which the server waits for news.
        Raises `EpochChanged`.
        """
        parameters = {"after": after, "limit": limit, "rows": rows, "wait": wait}
        return read(models.Feed, self._transport.get("/feed", parameters, held_seconds=wait).data)

    def follow(
        self, position: PositionStore | str | os.PathLike[str], *, wait: int = 30, start: str | int = "0", limit: int = 100,
        rows: int = 5000,
    ) -> Iterator[models.Revision]:  # fmt: skip
        """Revision after revision from the stored position (a file's name, or a store) on, without end; with `wait=0` up to the newest.

        The position is stored when the next revision is asked for: one that was not done when the program ended comes again. Raises `EpochChanged` after
        the server's database was restored: discard the copy, `forget()` the position, follow anew.
        """
        store = FilePosition(position) if isinstance(position, str | os.PathLike) else position
        return follow(
            lambda after: self.feed(after, limit=limit, rows=rows, wait=wait), store, goes_on=wait > 0, start=str(start),
            language=self._language,
        )  # fmt: skip

    def snapshots(
        self, start: Day | None = None, end: Day | None = None, *, status: str | Iterable[str] | None = None,
        source: str | Iterable[str] | None = None,
    ) -> list[models.Snapshot]:  # fmt: skip
        """The lists that came in, newest date first; `status="holding"` are those that history is made of."""
        period = {"from": None if start is None else as_day(start), "to": None if end is None else as_day(end)}
        rows = self._pages.of_one_state("/snapshots", {**period, "status": status, "source": source}, "snapshots")
        return [read(models.Snapshot, row) for row in rows]

    def calendar(self, first: Day | None = None, last: Day | None = None) -> list[models.CalendarDay]:
        """Days of the exchange, both ends included (without any: 31 from today on), each with whether it is a business day, what that rests on
        (`basis`: `told` by the source, or `computed`), and its list if there is one. A year and more is asked for in parts.
        """
        begin, end = (None if day is None else as_day(day) for day in (first, last))
        parts = [(begin, end)] if begin is None or end is None else list(parts_of(begin, end, _CALENDAR_DAYS))
        answers = [self._one(models.Calendar, "/calendar", **{"from": start, "to": stop}) for start, stop in parts]
        return [day for answer in answers for day in answer.days]

    # Who stands behind, and what came after what

    def issuers(self, **filters: Wanted) -> list[models.Issuer]:
        """Legal persons that ever filed under a securities code: `q=`, `edinet_code=`, `corporate_number=`, `code=`."""
        return [read(models.Issuer, row) for row in self._pages.of_one_state("/issuers", filters, "issuers")]

    def issuer(self, edinet_code: str) -> models.IssuerDetail:
        """One of them with its companies, codes and states. Raises `IssuerNotFound`."""
        return self._one(models.IssuerDetail, f"/issuers/{quoted(edinet_code, safe='')}")

    def lineage(self, code: str, *, status: str | Iterable[str] | None = None) -> models.Lineage:
        """All that hangs together with an issue by successions. Only `status="confirmed"` is a fact. Raises `CompanyNotFound`."""
        return self._one(models.Lineage, f"/companies/{quoted(code, safe='')}/lineage", status=status)

    def successions(self, **filters: Wanted) -> list[models.Succession]:
        """All of them, newest first: `status=`, `kind=`, `code=`, `min_confidence=`."""
        return [read(models.Succession, row) for row in self._pages.of_one_state("/lineage", filters, "successions")]

    def markets(self) -> list[models.Master]:
        """Market segments by code."""
        return list(self._one(models.Markets, "/companies/markets").markets)

    def sectors(self, type: str | None = None) -> list[models.Sector]:  # noqa: A002 - as the API calls it
        """Sectors by code: the 33, or with `type="17"` the 17."""
        return list(self._one(models.Sectors, "/companies/sectors", type=type).sectors)

    def _one(self, model: type[Found], path: str, **parameters: object) -> Found:
        return read(model, self._transport.get(path, parameters).data)
