"""How an official day and the lists stand to one another, and why they differ, in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class Agreement(ColouredChoices):
    """What became of an official day, or of a derived event."""

    AGREEING = "agreeing", Colour.SUCCESS, _("一致")
    OUTSIDE_INTERVAL = "outside_interval", Colour.DANGER, _("一覧の間から外れる")
    ONLY_OFFICIAL = "only_official", Colour.WARNING, _("公式だけ")
    ONLY_DERIVED = "only_derived", Colour.WARNING, _("一覧からだけ")


class Cause(models.TextChoices):
    """Why. Each is found from the data; what is not in `EXPLAINED` is for a person to look at."""

    NONE = "", ""
    NON_TRADING_DAY = "non_trading_day", _("公式の日が休業日。翌営業日とみなすと一致する")
    BEFORE_LISTS = "before_lists", _("最初の一覧以前の日")
    AFTER_LISTS = "after_lists", _("最新の一覧より後の日（予定、またはまだ一覧がない）")
    BETWEEN_LISTS = "between_lists", _("前後の一覧の間に上場し廃止された（公式の上場日がある）")
    FILED_BETWEEN = (
        "filed_between",
        _("どの一覧にもないが、前後の一覧の間の EDINET コード一覧にこのコードの届出がある"),
    )
    NEVER_LISTED_GAP = (
        "never_listed_gap",
        _("どの一覧にもない。前後の一覧が離れているため、その間に上場し廃止されたかどうか分からない"),
    )
    NEVER_LISTED = "never_listed", _("どの一覧にもない。前後の一覧の間は短く、コードか日付の誤りとみられる")
    RETURNED_BETWEEN_LISTS = "returned_between_lists", _("前後どちらの一覧にもある。その間に廃止され、再び上場した")
    STILL_LISTED = "still_listed", _("公式の廃止日の後の一覧にも載っている")
    LISTED_BEFORE = "listed_before", _("公式の上場日より前の一覧に載っている")
    NOT_YET_LISTED = "not_yet_listed", _("公式の上場日の後の一覧に載っていない")
    GONE_BEFORE = "gone_before", _("公式の廃止日より前の一覧にすでに載っていない")
    TOLD_TWICE = "told_twice", _("同じ出来事に公式の日が 2 つある")
    KIND_NOT_TOLD = "kind_not_told", _("この種別の公式の日が 1 件も取り込まれていない")
    YEAR_NOT_TOLD = "year_not_told", _("この年の公式の日が取り込まれていない")
    SILENT_PERIOD = "silent_period", _("前後の一覧の間に、公式の日が 45 日を超えて 1 件もない期間がかかる")
    OUTSIDE_OFFICIAL = "outside_official", _("取り込んだ公式の日の期間の外にかかる（前、または後）")
    PRODUCT_NOT_COVERED = (
        "product_not_covered",
        _("公式の一覧が扱わない商品（ETF・REIT・優先出資証券・PRO Market・種類株式など）"),
    )
    CODE_CHANGED = "code_changed", _("同じ発行体が別のコードで前後の一覧の間に現れた（または消えた）")
    OFFICIAL_LACKS = "official_lacks", _("公式の日がある期間なのに、この銘柄の日がない")


EXPLAINED = frozenset(
    {
        Cause.NON_TRADING_DAY, Cause.BEFORE_LISTS, Cause.AFTER_LISTS, Cause.BETWEEN_LISTS, Cause.FILED_BETWEEN,
        Cause.RETURNED_BETWEEN_LISTS, Cause.KIND_NOT_TOLD, Cause.YEAR_NOT_TOLD, Cause.SILENT_PERIOD, Cause.PRODUCT_NOT_COVERED,
        Cause.OUTSIDE_OFFICIAL, Cause.CODE_CHANGED,
    }
)  # fmt: skip
