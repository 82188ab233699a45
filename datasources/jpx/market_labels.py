"""What JPX's column 市場・商品区分 says in J-Quants' codes of market and product.

The labels are those of the lists from February 2017 to February 2026. A label tells the kind of security only as far as
it goes: `ETF・ETN` is filed under ETF and `外国株` under foreign stock, `PRO Market` and `出資証券` say nothing of it.
"""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarketLabel:
    """Market code, and product category where the label tells it."""

    market_code: str
    product_category: str | None


_DOMESTIC, _REIT, _ETF, _FOREIGN = "011", "013", "014", "021"
_LABELS = {
    "市場第一部(内国株)": MarketLabel("0101", _DOMESTIC),
    "市場第一部(外国株)": MarketLabel("0101", _FOREIGN),
    "市場第二部(内国株)": MarketLabel("0102", _DOMESTIC),
    "市場第二部(外国株)": MarketLabel("0102", _FOREIGN),
    "マザーズ(内国株)": MarketLabel("0104", _DOMESTIC),
    "マザーズ(外国株)": MarketLabel("0104", _FOREIGN),
    "jasdaq(スタンダード・内国株)": MarketLabel("0106", _DOMESTIC),
    "jasdaq(スタンダード・外国株)": MarketLabel("0106", _FOREIGN),
    "jasdaq(グロース・内国株)": MarketLabel("0107", _DOMESTIC),
    "jasdaq(グロース・外国株)": MarketLabel("0107", _FOREIGN),
    "プライム(内国株式)": MarketLabel("0111", _DOMESTIC),
    "プライム(外国株式)": MarketLabel("0111", _FOREIGN),
    "スタンダード(内国株式)": MarketLabel("0112", _DOMESTIC),
    "スタンダード(外国株式)": MarketLabel("0112", _FOREIGN),
    "グロース(内国株式)": MarketLabel("0113", _DOMESTIC),
    "グロース(外国株式)": MarketLabel("0113", _FOREIGN),
    "promarket": MarketLabel("0105", None),
    "etf・etn": MarketLabel("0109", _ETF),
    "reit・ベンチャーファンド・カントリーファンド・インフラファンド": MarketLabel("0109", _REIT),
    "出資証券": MarketLabel("0109", None),
}


def find_market(label: str) -> MarketLabel | None:
    """The meaning of a label, whatever the width of its letters and brackets; `None` for one never seen before."""
    return _LABELS.get("".join(unicodedata.normalize("NFKC", label).split()).lower())
