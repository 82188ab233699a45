"""What each plan of J-Quants gives."""

from datetime import timedelta

from datasources.choices import ApiVersion, Plan
from datasources.models import DataSource

#: Requests a minute. Source: J-Quants, "Rate Limits" (jpx-jquants.com/en/spec/rate-limits), checked 2026-11.
REQUESTS_PER_MINUTE: dict[str, int | None] = {
    Plan.FREE: 5,
    Plan.LIGHT: 60,
    Plan.STANDARD: 120,
    Plan.PREMIUM: 500,
    Plan.UNLIMITED: None,
}

#: How far back each shows lists, and how late. Source: J-Quants, plans (jpx-jquants.com), checked 2026-11. Free is 12 weeks late;
#: the day more is for its boundary.
PLAN_DEPTHS: dict[str, timedelta | None] = {
    Plan.FREE: timedelta(days=2 * 365),
    Plan.LIGHT: timedelta(days=5 * 365),
    Plan.STANDARD: timedelta(days=10 * 365),
    Plan.PREMIUM: timedelta(days=20 * 365),
    Plan.UNLIMITED: None,
}
PLAN_DELAYS: dict[str, timedelta] = {Plan.FREE: timedelta(weeks=12, days=1)}


def gives_bulk_files(version: str, plan: str) -> bool:
    """Whether an account may have bulk files: V2 on Light and up. Source: J-Quants, "File Download" (jpx-jquants.com/en/spec/bulk)
    and its questions and answers, checked 2026-11-27.
    """
    return version == ApiVersion.V2 and plan != Plan.FREE


def takes_bulk_files(source: DataSource) -> bool:
    """Whether its operator wants them, too."""
    return source.uses_bulk_files and gives_bulk_files(source.api_version, source.plan)
