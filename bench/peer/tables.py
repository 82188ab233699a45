"""The tables it reads."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class Market(Base):
    __tablename__ = "market_masters"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Sector17(Base):
    __tablename__ = "sector17_masters"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Sector33(Base):
    __tablename__ = "sector33_masters"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Company(Base):
    __tablename__ = "companies"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    jquants_code: Mapped[str]
    company_name: Mapped[str]
    company_name_english: Mapped[str | None]
    market_code: Mapped[str | None] = mapped_column(ForeignKey("market_masters.code"))
    sector17_code: Mapped[str | None] = mapped_column(ForeignKey("sector17_masters.code"))
    sector33_code: Mapped[str | None] = mapped_column(ForeignKey("sector33_masters.code"))
    scale_category: Mapped[str | None]
    margin_code: Mapped[str | None]
    product_category: Mapped[str | None]
    company_name_kana: Mapped[str | None]
    edinet_code: Mapped[str | None]
    corporate_number: Mapped[str | None]
    fiscal_year_end: Mapped[str | None]
    listed_on: Mapped[date | None]
    delisted_on: Mapped[date | None]
    delisting_reason: Mapped[str | None]
    reference_date: Mapped[date]
    is_active: Mapped[bool]
    first_seen_on: Mapped[date]
    last_seen_on: Mapped[date]
    updated_at: Mapped[datetime]
    search_text: Mapped[str] = mapped_column(deferred=True)

    market: Mapped[Market | None] = relationship(lazy="joined")
    sector17: Mapped[Sector17 | None] = relationship(lazy="joined")
    sector33: Mapped[Sector33 | None] = relationship(lazy="joined")


class ListingEvent(Base):
    """A row of the view; its text is what makes it one."""

    __tablename__ = "listing_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    event_date: Mapped[date]
    observed_after: Mapped[date | None]
    event_type: Mapped[str]
    code: Mapped[str]
    company_name: Mapped[str]
    market_code: Mapped[str | None]
    old_value: Mapped[str | None]
    new_value: Mapped[str | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ApiKey(Base):
    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str]
    rate_limit_per_hour: Mapped[int]
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
