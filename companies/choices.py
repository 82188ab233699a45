"""The closed lists of the ledger: sources, kinds of event, and J-Quants' margin and product codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class SnapshotSource(models.TextChoices):
    """Where a snapshot came from."""

    JQUANTS = "jquants", "J-Quants"
    JPX = "jpx", _("JPX 上場銘柄一覧")


class EntryStatus(ColouredChoices):
    """What an entry of the ledger counts for."""

    HOLDING = "holding", Colour.SUCCESS, _("有効")
    SUPERSEDED = "superseded", Colour.WARNING, _("置き換え済み")
    WITHDRAWN = "withdrawn", Colour.DANGER, _("取消済み")


class Finality(ColouredChoices):
    """Whether an entry that its provider could revise when it was fetched was confirmed since."""

    PROVISIONAL = "provisional", Colour.WARNING, _("暫定")
    CONFIRMED = "confirmed", Colour.INFO, _("確定")


class RevisionKind(ColouredChoices):
    """What changed the ledger."""

    APPLIED = "applied", Colour.SUCCESS, _("一覧の取込")
    SUPERSEDED = "superseded", Colour.INFO, _("一覧の差替")
    KEPT = "kept", Colour.DEFAULT, _("一覧の保管")  # a stronger source's list of that day holds
    WITHDRAWN = "withdrawn", Colour.WARNING, _("一覧の取消")
    REBUILT = "rebuilt", Colour.WARNING, _("履歴の再導出")
    ISSUER_LIST = "issuer_list", Colour.SUCCESS, _("EDINET コード一覧の取込")
    ISSUER_LIST_WITHDRAWN = "issuer_list_withdrawn", Colour.WARNING, _("EDINET コード一覧の取消")
    OFFICIAL_DATES = "official_dates", Colour.SUCCESS, _("公式の上場日・廃止日の取込")
    IDENTIFIERS = "identifiers", Colour.SUCCESS, _("識別子の取込")
    DECISION = "decision", Colour.INFO, _("承継の判断")
    IN_FORCE = "in_force", Colour.SUCCESS, _("一覧の発効")  # what was recorded for a day to come is that of today


#: Which source is believed for one and the same day: a weaker one never supersedes a stronger one.
SOURCE_AUTHORITY: dict[str, int] = {SnapshotSource.JPX: 1, SnapshotSource.JQUANTS: 2}


#: What lists of issuers are said to be from, beside those.
ISSUER_LIST_SOURCE = "edinet"


class QuoteSource(models.TextChoices):
    """Where a quote came from."""

    YAHOO = "yahoo", "Yahoo Finance"


class EventType(ColouredChoices):
    """What can happen to a listed issue."""

    LISTED = "listed", Colour.SUCCESS, _("新規上場")
    DELISTED = "delisted", Colour.DANGER, _("上場廃止")
    RELISTED = "relisted", Colour.SUCCESS, _("再上場")
    RENAMED = "renamed", Colour.INFO, _("銘柄名変更")
    MARKET_CHANGED = "market_changed", Colour.WARNING, _("市場区分変更")
    SECTOR_CHANGED = "sector_changed", Colour.DEFAULT, _("業種変更")
    SCALE_CHANGED = "scale_changed", Colour.DEFAULT, _("規模区分変更")
    MARGIN_CHANGED = "margin_changed", Colour.DEFAULT, _("信用区分変更")
    PRODUCT_CHANGED = "product_changed", Colour.DEFAULT, _("商品区分変更")


class ChangeType(ColouredChoices):
    """How a company differs between two days."""

    LISTED = "listed", Colour.SUCCESS, _("新規")
    DELISTED = "delisted", Colour.DANGER, _("廃止")
    CHANGED = "changed", Colour.INFO, _("変更")


class ProofOrigin(models.TextChoices):
    """Who had the history proven."""

    SCHEDULE = "schedule", _("定期実行")
    COMMAND = "command", _("コマンド")


class MarginClass(models.TextChoices):
    """Margin trading class (J-Quants V2 `Mrgn`)."""

    MARGIN = "1", _("信用")
    LOAN = "2", _("貸借")
    OTHER = "3", _("その他")


class ProductCategory(models.TextChoices):
    """Kind of security (J-Quants V2 `ProdCat`)."""

    DOMESTIC_STOCK = "011", _("内国株券")
    PREFERRED_CONTRIBUTION = "012", _("優先出資証券")
    REIT = "013", "REIT"
    ETF = "014", "ETF"
    FOREIGN_STOCK = "021", _("外国株券")
    FOREIGN_REIT = "022", _("外国REIT")
    FOREIGN_ETF = "023", _("外国ETF")
    FOREIGN_DEPOSITARY_RECEIPT = "024", _("外国株預託証券")


class ScaleCategory(models.TextChoices):
    """TOPIX size classes from the largest; `-` is said of issues that are in none."""

    CORE30 = "TOPIX Core30", "TOPIX Core30"
    LARGE70 = "TOPIX Large70", "TOPIX Large70"
    MID400 = "TOPIX Mid400", "TOPIX Mid400"
    SMALL1 = "TOPIX Small 1", "TOPIX Small 1"
    SMALL2 = "TOPIX Small 2", "TOPIX Small 2"
    NONE = "-", _("なし")


SCALE_CATEGORIES = tuple(ScaleCategory.values)
#: Fields of a company (`companies.fields`) whose values are of a closed list.
CHOICES_OF: dict[str, type[models.TextChoices]] = {
    "scale_category": ScaleCategory,
    "margin_code": MarginClass,
    "product_category": ProductCategory,
}
