"""Judging whether rows can be a list of listed issues at all, before anything is written. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from companies.errors import SnapshotRefused
from companies.listed_issue import ListedIssue

_SAMPLE = 10
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class CompletenessPolicy:
    """How much of the nearest list must still be there. Shares are fractions of 1; `loss_per_year` is taken off for
    each full year between the two dates, down to `floor`.
    """

    share: float = 0.95
    loss_per_year: float = 0.05
    floor: float = 0.50

    def required_share(self, one_day: date, other_day: date) -> float:
        """The share required between the lists of two days, in either order."""
        years = int(abs((one_day - other_day).days) / _DAYS_PER_YEAR)
        return max(self.floor, round(self.share - self.loss_per_year * years, 6))


def refuse_malformed(issues: Sequence[ListedIssue]) -> None:
    """Raise `SnapshotRefused` for what no operator may force: no rows, rows without code or name, a code twice."""
    if not issues:
        raise SnapshotRefused("empty")
    incomplete = [
        {"row": row, "code": issue.code, "company_name": issue.company_name}
        for row, issue in enumerate(issues, start=1)
        if not issue.code.strip() or not issue.company_name.strip()
    ]
    if incomplete:
        raise SnapshotRefused("incomplete_row", {"count": len(incomplete), "sample": incomplete[:_SAMPLE]})
    repeated = [code for code, count in Counter(issue.code for issue in issues).items() if count > 1]
    if repeated:
        raise SnapshotRefused("duplicate_code", {"count": len(repeated), "sample": sorted(repeated)[:_SAMPLE]})


def refuse_too_little(
    codes: Collection[str],
    *,
    day: date,
    nearest_codes: Collection[str],
    nearest_day: date,
    policy: CompletenessPolicy,
) -> None:
    """Raise a `SnapshotRefused` that can be forced when too little of the nearest applied list is there.

    Both the number of rows and the share of the nearest list's codes must reach the policy's share.
    """
    if not nearest_codes:
        return
    required = policy.required_share(day, nearest_day)
    missing = sorted(set(nearest_codes) - set(codes))
    row_share = len(codes) / len(nearest_codes)
    kept_share = (len(nearest_codes) - len(missing)) / len(nearest_codes)
    details = {
        "rows": len(codes),
        "nearest_rows": len(nearest_codes),
        "nearest_date": nearest_day.isoformat(),
        "required_share": round(required, 4),
        "row_share": round(row_share, 4),
        "kept_share": round(kept_share, 4),
        "missing": len(missing),
        "sample": missing[:_SAMPLE],
    }
    if row_share < required:
        raise SnapshotRefused("too_few_rows", details, can_be_forced=True)
    if kept_share < required:
        raise SnapshotRefused("too_few_known_codes", details, can_be_forced=True)
