"""What each plan of J-Quants gives."""

from datetime import timedelta

from datasources.choices import Plan

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
