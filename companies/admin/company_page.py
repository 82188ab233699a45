"""The page of a company, put together."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from admin_pages.days import UnreadableDay, read_day
from companies.admin.company_facts import issuer_facts, list_facts, presence_facts
from companies.admin.company_head import badges, banner, confirmed_kin, names, successors_of
from companies.admin.company_past import CompanyPast, read_past
from companies.admin.company_peers import find_peers
from companies.admin.company_timeline import NO_KIN, Kin, is_uncertain, timeline
from companies.admin.company_versions import version_headings, version_rows, withdrawn_versions
from companies.admin.file_conditions import find_pending_list
from companies.admin.identifiers import identifiers_of
from companies.admin.quote_block import quote_block
from companies.models import Company, Quote
from companies.quotes.kept_quotes import find_stale_reason

#: Moments of the timeline that are seen at once; of a history that is longer the others are folded.
SHOWN_MOMENTS = 30


def company_page(company: Company, lineage: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """Everything that the page shows; `lineage` is what it came of and what came of it."""
    past = read_past(company)
    issuer = issuer_facts(company)
    return {
        "title": str(company),
        "subtitle": None,
        **names(past),
        "badges": badges(past),
        "banner": banner(past),
        **lineage,
        **successors_of(lineage),
        **_history(past, confirmed_kin(lineage), _asked_day(request)),
        **withdrawn_versions(past),
        "asked_knowledge": _asked(request).get("known_at", "")[:40],
        "list_facts": list_facts(past),
        "presence_facts": presence_facts(past),
        "issuer": issuer.issuer,
        "issuer_facts": issuer.facts,
        "issuer_rows": issuer.issuer_rows,
        "siblings": issuer.siblings,
        "pending_entry": find_pending_list(),
        "last_entry": past.entries.get(company.last_seen_on),
        "peers": find_peers(past),
        **identifiers_of(company.code),
        "links": company_links(company),
        "own_address": reverse("company", args=[company.code]),
        **company_quote(company),
    }


def company_history(company: Company) -> dict[str, Any]:
    """What a company was, beside another one."""
    return _history(read_past(company))


def _history(past: CompanyPast, kin: Kin = NO_KIN, asked_day: date | None = None) -> dict[str, Any]:
    moments, rows = timeline(past, kin), version_rows(past, asked_day)
    return {
        "asked_day": asked_day if any(row.is_asked for row in rows) else None,
        "moments": moments[:SHOWN_MOMENTS],
        "older_moments": moments[SHOWN_MOMENTS:],
        "has_uncertain": is_uncertain(moments),
        "has_events": bool(past.events),
        "version_columns": version_headings(),
        "version_rows": rows,
    }


def _asked(request: HttpRequest) -> QueryDict:
    """How the list was narrowed down that the person came from: of a past day, perhaps. The page is of now, and says so."""
    return QueryDict(request.GET.get("_changelist_filters", ""))


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return read_day(_asked(request).get("as_of", ""))
    except UnreadableDay:
        return None


def company_quote(company: Company) -> dict[str, Any]:
    """The stored quote for the page, which asks for a newer one by itself; nothing of a delisted company without one."""
    found = Quote.objects.filter(company=company).first()
    if found is None and not company.is_active:
        return {}
    is_stale = found is not None and find_stale_reason(found, timezone.now()) is not None
    return {**quote_block(company, found, is_stale=is_stale), "quote_loads": True}


def company_links(company: Company) -> list[tuple[str, str]]:
    """Where others tell of the company. Checked: 2026-11-24, by the form of the addresses (no request is made)."""
    if not company.is_active:
        return []
    code = quote(company.code)
    return [
        ("JPX", f"https://quote.jpx.co.jp/jpxhp/main/index.aspx?f=stock_detail&disptype=information&qcode={code}"),
        (gettext("Yahoo!ファイナンス"), f"https://finance.yahoo.co.jp/quote/{code}.T"),
    ]
