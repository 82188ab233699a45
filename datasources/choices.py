"""The closed lists of data sources: API versions, plans and tokens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class ApiVersion(models.TextChoices):
    """How a service is spoken to, where it has several ways."""

    V2 = "v2", _("V2（API キー）")
    V1 = "v1", _("V1（メールアドレスとパスワード）")


class Plan(models.TextChoices):
    """What was subscribed to; it bounds the requests a minute."""

    FREE = "free", _("Free（毎分 5 回）")
    LIGHT = "light", _("Light（毎分 60 回）")
    STANDARD = "standard", _("Standard（毎分 120 回）")
    PREMIUM = "premium", _("Premium（毎分 500 回）")
    UNLIMITED = "unlimited", _("制限なし（自社のゲートウェイなど）")


class SourceHealth(ColouredChoices):
    """How asking a source went last."""

    OK = "ok", Colour.SUCCESS, _("正常")
    FAILING = "failing", Colour.DANGER, _("エラー")
    UNCHECKED = "unchecked", Colour.WARNING, _("未確認")
    DISABLED = "disabled", Colour.DEFAULT, _("無効")


class DayKind(models.TextChoices):
    """What a day is at the exchange, as far as a source tells."""

    BUSINESS = "business", _("営業日")
    HALF_DAY = "half_day", _("半日立会日")
    CLOSED = "closed", _("休業日")
    DERIVATIVES_ONLY = "derivatives_only", _("休業日（デリバティブだけ取引）")

    @property
    def is_business_day(self) -> bool:
        """Whether shares are traded."""
        return self in (DayKind.BUSINESS, DayKind.HALF_DAY)


class NextDay(models.TextChoices):
    """Whether an account shows the list of the next business day the evening before."""

    NEVER = "never", _("表示しない")
    PROMISED = "promised", _("表示する")
    PERHAPS = "perhaps", _("試すまで分からない")


#: The size classes that quotes are fetched for by schedule, unless an operator chooses others.
QUOTED_BY_DEFAULT = ("TOPIX Core30", "TOPIX Large70")


class TokenKind(models.TextChoices):
    """V1's tokens: the refresh token makes ID tokens, an ID token opens the data."""

    REFRESH = "refresh", _("リフレッシュトークン")
    ID = "id", _("ID トークン")
