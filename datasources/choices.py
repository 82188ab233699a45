"""The closed lists of data sources: providers, API versions, plans and tokens."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.TextChoices):
    """Who publishes the data."""

    JQUANTS = "jquants", "J-Quants"
    JPX = "jpx", _("JPX 上場銘柄一覧")
    YAHOO = "yahoo", "Yahoo Finance"


class ApiVersion(models.TextChoices):
    """How J-Quants is spoken to. The public service closed V1 on 2026-06-01; compatible gateways still speak it."""

    V2 = "v2", _("V2（API キー）")
    V1 = "v1", _("V1（メールアドレスとパスワード）")


class Plan(models.TextChoices):
    """What was subscribed to; it bounds the requests a minute."""

    FREE = "free", _("Free（毎分 5 回）")
    LIGHT = "light", _("Light（毎分 60 回）")
    STANDARD = "standard", _("Standard（毎分 120 回）")
    PREMIUM = "premium", _("Premium（毎分 500 回）")
    UNLIMITED = "unlimited", _("制限なし（自社のゲートウェイなど）")


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

#: Where each version of the public service is.
PUBLIC_BASE_URLS: dict[str, str] = {
    ApiVersion.V2: "https://api.jquants.com/v2",
    ApiVersion.V1: "https://api.jquants.com/v1",
}


#: Where Yahoo Finance's chart endpoint is. Checked 2026-11.
YAHOO_BASE_URL = "https://query1.finance.yahoo.com"
#: The size classes that quotes are fetched for by schedule, unless an operator chooses others.
QUOTED_BY_DEFAULT = ("TOPIX Core30", "TOPIX Large70")


class TokenKind(models.TextChoices):
    """V1's tokens: the refresh token makes ID tokens, an ID token opens the data."""

    REFRESH = "refresh", _("リフレッシュトークン")
    ID = "id", _("ID トークン")
