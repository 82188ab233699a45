"""The closed lists of the ledger: sources, kinds of event, and J-Quants' margin and product codes."""

from django.db import models


class SnapshotSource(models.TextChoices):
    """Where a snapshot came from."""

    JQUANTS = "jquants", "J-Quants"
    JPX = "jpx", "JPX 上場銘柄一覧"


#: Which source is believed for one and the same day: a weaker one never supersedes a stronger one.
SOURCE_AUTHORITY: dict[str, int] = {SnapshotSource.JPX: 1, SnapshotSource.JQUANTS: 2}


class EventType(models.TextChoices):
    """What can happen to a listed issue."""

    LISTED = "listed", "新規上場"
    DELISTED = "delisted", "上場廃止"
    RELISTED = "relisted", "再上場"
    RENAMED = "renamed", "銘柄名変更"
    MARKET_CHANGED = "market_changed", "市場区分変更"
    SECTOR_CHANGED = "sector_changed", "業種変更"
    SCALE_CHANGED = "scale_changed", "規模区分変更"
    MARGIN_CHANGED = "margin_changed", "信用区分変更"


class MarginClass(models.TextChoices):
    """Margin trading class (J-Quants V2 `Mrgn`)."""

    MARGIN = "1", "信用"
    LOAN = "2", "貸借"
    OTHER = "3", "その他"


class ProductCategory(models.TextChoices):
    """Kind of security (J-Quants V2 `ProdCat`)."""

    DOMESTIC_STOCK = "011", "内国株券"
    PREFERRED_CONTRIBUTION = "012", "優先出資証券"
    REIT = "013", "REIT"
    ETF = "014", "ETF"
    FOREIGN_STOCK = "021", "外国株券"
    FOREIGN_REIT = "022", "外国REIT"
    FOREIGN_ETF = "023", "外国ETF"
    FOREIGN_DEPOSITARY_RECEIPT = "024", "外国株預託証券"


#: TOPIX size classes from the largest; `-` is said of issues that are in none.
SCALE_CATEGORIES = ("TOPIX Core30", "TOPIX Large70", "TOPIX Mid400", "TOPIX Small 1", "TOPIX Small 2", "-")
