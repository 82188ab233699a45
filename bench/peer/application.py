"""Its endpoints (`uvicorn bench.peer.application:application`)."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.peer.answers import CompanyAnswer, CompanyListAnswer, EventAnswer, EventListAnswer, SearchAnswer
from bench.peer.connections import get_session
from bench.peer.middlewares import AnswerCache, RateLimit, RequestLog
from bench.peer.tables import Company, ListingEvent

application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
# The last is the outermost.
application.add_middleware(AnswerCache)
application.add_middleware(RateLimit)
application.add_middleware(RequestLog)

Session = Annotated[AsyncSession, Depends(get_session)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0)]
_COMPANIES = "/api/v1/companies"


@application.get(_COMPANIES, response_model=CompanyListAnswer)
async def list_companies(
    session: Session,
    *,
    market_code: str | None = None,
    sector17_code: str | None = None,
    sector33_code: str | None = None,
    active_only: bool = True,
    limit: Limit = 100,
    offset: Offset = 0,
) -> CompanyListAnswer:
    query = select(Company)
    if active_only:
        query = query.where(Company.is_active)
    for column, value in (
        (Company.market_code, market_code),
        (Company.sector17_code, sector17_code),
        (Company.sector33_code, sector33_code),
    ):
        if value is not None:
            query = query.where(column == value)
    total = await _count(session, query)
    found = (await session.scalars(query.order_by(Company.code).limit(limit).offset(offset))).all()
    return CompanyListAnswer(
        companies=[CompanyAnswer.of(one) for one in found], total=total, limit=limit, offset=offset
    )


@application.get(f"{_COMPANIES}/search", response_model=SearchAnswer)
async def search_companies(session: Session, q: Annotated[str, Query(min_length=1)], limit: Limit = 50) -> SearchAnswer:
    """Code, start of the code, start of the name, anywhere in it; by the trigram index of names."""
    like = q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    query = select(Company).where(or_(Company.code.like(f"{like}%"), Company.company_name.like(f"%{like}%")))
    rank = case(
        (Company.code == q, 0), (Company.code.like(f"{like}%"), 1), (Company.company_name.like(f"{like}%"), 2), else_=3
    )
    total = await _count(session, query)
    found = (await session.scalars(query.order_by(rank, Company.code).limit(limit))).all()
    return SearchAnswer(companies=[CompanyAnswer.of(one) for one in found], total=total, query=q)


@application.get(f"{_COMPANIES}/events", response_model=EventListAnswer)
async def list_events(session: Session, limit: Limit = 100, offset: Offset = 0) -> EventListAnswer:
    query = select(ListingEvent)
    total = await _count(session, query)
    newest = query.order_by(ListingEvent.event_date.desc(), ListingEvent.code, ListingEvent.event_type)
    found = (await session.scalars(newest.limit(limit).offset(offset))).all()
    return EventListAnswer(events=[EventAnswer.of(one) for one in found], total=total, limit=limit, offset=offset)


@application.get(f"{_COMPANIES}/{{code}}", response_model=CompanyAnswer)
async def get_company(session: Session, code: str) -> CompanyAnswer:
    found = (await session.scalars(select(Company).where(Company.code == code))).one_or_none()
    if found is None:
        raise HTTPException(404, "COMPANY_NOT_FOUND")
    return CompanyAnswer.of(found)


async def _count(session: AsyncSession, query: Select[Any]) -> int:
    return await session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
