"""What a list may lose and change before a person has to look at it."""

from typing import Any

# How much of the nearest list a new one must still have (`companies.ledger.completeness.CompletenessPolicy`).
COMPLETENESS: dict[str, Any] = {
    "share": 0.95, "loss_per_year": 0.05, "floor": 0.50, "near_share": 0.9925, "loss_per_day": 0.0003, "always_allowed": 5,
}  # fmt: skip
# How much may change against the nearest list before a person has to look: shares of the list, at once and for each day
# between the two (`companies.ledger.change_rates`). Lists of 2017 to 2026: names, markets and new issues 0.01% a day, sectors
# 0.001%; up to 2% in a day when a family of funds is renamed. TOPIX is reviewed yearly: 3% of the scale classes in a day.
CHANGE_RATES = {
    "usual": (0.02, 0.0003), "sector_changed": (0.01, 0.0001), "scale_changed": (0.06, 0.001), "product_changed": (0.05, 0.0003),
}  # fmt: skip
