"""The shapes of the answers, field by field those of the product (`bench.agreement` compares them)."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from bench.peer.tables import Company, ListingEvent

_JAPAN = ZoneInfo("Asia/Tokyo")
_MARGIN_NAMES = {"1": "信用", "2": "貸借", "3": "その他"}


class CompanyAnswer(BaseModel):
    code: str
    jquants_code: str
    company_name: str
    company_name_english: str | None
    market_code: str | None
    market_name: str | None
    sector17_code: str | None
    sector17_name: str | None
    sector33_code: str | None
    sector33_name: str | None
    scale_category: str | None
    margin_code: str | None
    margin_name: str | None
    product_category: str | None
    company_name_kana: str | None
    edinet_code: str | None
    corporate_number: str | None
    fiscal_year_end: str | None
    listed_on: date | None
    delisted_on: date | None
    delisting_reason: str | None
    # Told by tables of their own, which no list of the measurement fills.
    isin: str | None = None
    figi: str | None = None
    lei: str | None = None
    reference_date: date
    is_active: bool
    first_seen_on: date
    last_seen_on: date
    updated_at: datetime

    @classmethod
    def of(cls, company: Company) -> "CompanyAnswer":
        own = {name: getattr(company, name) for name in cls.model_fields.keys() & Company.__table__.columns.keys()}
        own |= {
            "market_name": company.market.name if company.market else None,
            "sector17_name": company.sector17.name if company.sector17 else None,
            "sector33_name": company.sector33.name if company.sector33 else None,
            "margin_name": _MARGIN_NAMES.get(company.margin_code or ""),
            "updated_at": company.updated_at.astimezone(_JAPAN),
        }
        return cls(**own)


class CompanyListAnswer(BaseModel):
    companies: list[CompanyAnswer]
    total: int
    limit: int
    offset: int


class SearchAnswer(BaseModel):
    companies: list[CompanyAnswer]
    total: int
    query: str


class EventAnswer(BaseModel):
    date: date
    observed_after: date | None
    official_on: date | None = None
    type: str
    code: str
    company_name: str
    market_code: str | None
    old_value: str | None
    new_value: str | None
    changes: dict[str, Any]
    succeeded_by: str | None = None
    preceded_by: str | None = None

    @classmethod
    def of(cls, event: ListingEvent) -> "EventAnswer":
        same = ("observed_after", "code", "company_name", "market_code", "old_value", "new_value", "changes")
        own = {name: getattr(event, name) for name in same}
        return cls(date=event.event_date, type=event.event_type, **own)


class EventListAnswer(BaseModel):
    events: list[EventAnswer]
    uncertain: int = 0
    uncertain_after: int = 0
    total: int
    limit: int
    offset: int
