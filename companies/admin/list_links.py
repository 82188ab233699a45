"""Addresses of the company list, narrowed down to what a page names."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from companies.fields import CompanyField


def list_address(values: dict[CompanyField, str], day: date | None = None) -> str:
    """The list of the companies that have these values: now, or on a day."""
    query = {field.short_name: value for field, value in values.items()}
    if day is not None:
        query["as_of"] = day.isoformat()
    return f"{reverse('admin:companies_company_changelist')}?{urlencode(query)}"
