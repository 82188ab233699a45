"""Judging whether rows can be a list of listed issues at all, before anything is written. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from companies.errors import SnapshotRefused
from companies.ledger.listed_text import find_fault, is_garbled, show_text
from companies.listed_issue import ListedIssue

_SAMPLE = 10
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class CompletenessPolicy:
    """How much of the nearest list must still be there. Shares are fractions of 1.

    Near in time `near_share`, less `loss_per_day` for each day between the two: a list that lost a page is found out even
    if the page was short. It lets pass up to `always_allowed` issues. At the least `share`, less `loss_per_year` for each
    full year, down to `floor`.
    """

    share: float = 0.95
    loss_per_year: float = 0.05
    floor: float = 0.50
    # The most that went in one day of 2017 to 2026 were 0.5% (19 of shares, 2018-09-26); usual is 0.01% a day.
    near_share: float = 0.9925
    loss_per_day: float = 0.0003
    always_allowed: int = 5

    def least_share(self, one_day: date, other_day: date) -> float:
        """The share required of lists of any length."""
        years = int(abs((one_day - other_day).days) / _DAYS_PER_YEAR)
        return max(self.floor, round(self.share - self.loss_per_year * years, 6))

    def required_share(self, one_day: date, other_day: date) -> float:
        """The share required between the lists of two days, in either order."""
        days = abs((one_day - other_day).days)
        return max(self.least_share(one_day, other_day), round(self.near_share - self.loss_per_day * days, 6))


def refuse_malformed(issues: Sequence[ListedIssue]) -> None:
    """Raise `SnapshotRefused` for what no operator may force: no rows, rows without code or name, a code twice."""
    if not issues:
        raise SnapshotRefused("empty")
    incomplete = [
        {"row": row, "code": issue.code, "company_name": issue.company_name}
        for row, issue in enumerate(issues, start=1)
        if not (issue.code and issue.company_name) or issue.code.isspace() or issue.company_name.isspace()
    ]
    if incomplete:
        raise SnapshotRefused("incomplete_row", {"count": len(incomplete), "sample": incomplete[:_SAMPLE]})
    if len({issue.code for issue in issues}) < len(issues):
        repeated = [code for code, count in Counter(issue.code for issue in issues).items() if count > 1]
        raise SnapshotRefused("duplicate_code", {"count": len(repeated), "sample": sorted(repeated)[:_SAMPLE]})


def refuse_unusable_text(issues: Sequence[ListedIssue]) -> None:
    """Raise `SnapshotRefused` for text that no operator may force (`companies.ledger.listed_text`). Readers of sources refuse it
    before, with the row and the name of the column; this stands before the ledger whatever the way in.
    """
    faults = [
        {"row": row, "code": show_text(issue.code, 20), **fault.details()}
        for row, issue in enumerate(issues, start=1)
        if (fault := find_fault(issue)) is not None
    ]
    if faults:
        raise SnapshotRefused("unusable_text", {"count": len(faults), "sample": faults[:_SAMPLE]})


def refuse_garbled(issues: Sequence[ListedIssue]) -> None:
    """Raise a `SnapshotRefused` that can be forced where a conversion of text lost letters."""
    garbled = [issue for issue in issues if is_garbled(issue)]
    if garbled:
        sample = [
            {"code": issue.code, "company_name": show_text(issue.company_name, 50)} for issue in garbled[:_SAMPLE]
        ]
        raise SnapshotRefused("garbled_text", {"count": len(garbled), "sample": sample}, can_be_forced=True)


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
    least = policy.least_share(day, nearest_day)

    def is_too_little(share: float, lost: int) -> bool:
        return share < least or (share < required and lost > policy.always_allowed)

    if is_too_little(row_share, len(nearest_codes) - len(codes)):
        raise SnapshotRefused("too_few_rows", details, can_be_forced=True)
    if is_too_little(kept_share, len(missing)):
        raise SnapshotRefused("too_few_known_codes", details, can_be_forced=True)
