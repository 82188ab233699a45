"""How the exchange's official days and our events agree, as a page of Markdown for who has to believe it. Pure.

It tells days and codes, and nothing that would change from run to run: made anew from the same data it is the same, byte for byte.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from django.utils.translation import gettext as _

from companies.issuers.official_dates.agreement_tables import bullets, by_interval, table
from companies.issuers.official_dates.causes import Agreement, Cause
from companies.issuers.official_dates.explained import Difference, Explanation, difference_of
from companies.issuers.official_dates.models import OfficialDateKind
from companies.issuers.official_dates.reconciliation import Compared


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the report is made of: `accepted` are the reasons of persons by the key of a difference."""

    compared: Sequence[Compared]
    list_days: Sequence[date]
    explanations: Mapping[Difference, Explanation]
    accepted: Mapping[str, str]

    @property
    def without_cause(self) -> list[Compared]:
        """Differences that neither the data, nor the file, nor a person explains."""
        return [one for one in self.compared if one.is_difference and not one.is_explained and not self.reason_of(one)]

    @property
    def stale(self) -> list[Explanation]:
        """Explanations of what does not differ (any more), or what the data explains by itself."""
        open_ones = {difference_of(one) for one in self.compared if one.is_difference and not one.is_explained}
        return [explanation for of, explanation in self.explanations.items() if of not in open_ones]

    def explanation_of(self, one: Compared) -> Explanation | None:
        """Of the file."""
        of = difference_of(one)
        return None if of is None else self.explanations.get(of)

    def reason_of(self, one: Compared) -> str:
        """In the file, or of the person who accepted it."""
        explanation = self.explanation_of(one)
        return explanation.reason if explanation else self.accepted.get(one.key, "")


def write_report(agreed: Agreed) -> str:
    """In the active language."""
    told = {one.kind for one in agreed.compared if one.official_on}
    parts = ["# " + _("公式の日との照合"), _head(agreed)]
    for kind in sorted(OfficialDateKind.values):
        of_kind = [one for one in agreed.compared if one.kind == kind]
        if not of_kind:
            continue
        parts.append(f"## {OfficialDateKind(kind).label}")
        parts += _sections(agreed, of_kind) if kind in told else [_nobody_told(of_kind)]
    return "\n\n".join(parts) + "\n"


def _head(agreed: Agreed) -> str:
    days = agreed.list_days
    words = _(
        "`manage.py reconcile --report` が書いたページ。手では直さない。一覧 {lists:,} 件（{first}〜{last}）から導いた上場・廃止を、"
        "取り込んだ公式の日と比べる。廃止の公式の日は、売買されない最初の日。"
    )
    return words.format(lists=len(days), first=days[0] if days else "-", last=days[-1] if days else "-")


def _nobody_told(of_kind: Collection[Compared]) -> str:
    return _(
        "この種別の公式の日は 1 件も取り込まれていない。一覧から導いた {count:,} 件は、何とも比べられない。"
    ).format(count=len(of_kind))


def _sections(agreed: Agreed, of_kind: Sequence[Compared]) -> Iterable[str]:
    ordered = sorted(of_kind, key=lambda one: (one.official_on or one.day or date.max, one.code))
    yield _totals(agreed, ordered)
    yield _section(_("一覧の間ごと"), _intervals(agreed.list_days, ordered))
    yield _section(_("年ごと（公式の日）"), _years(ordered))
    differences = [one for one in ordered if one.is_difference]
    yield from _by_cause(agreed, differences)
    yield _section(_("一致"), by_interval([one for one in ordered if not one.is_difference], shows_day=True))


def _section(title: str, text: str) -> str:
    return f"### {title}\n\n{text}"


def _totals(agreed: Agreed, of_kind: Sequence[Compared]) -> str:
    official = [one for one in of_kind if one.official_on]
    agreeing = [one for one in of_kind if not one.is_difference]
    to_the_day = sum(one.official_on == one.day for one in agreeing)
    moved = sum(one.cause == Cause.NON_TRADING_DAY for one in agreeing)
    count = Counter(one.agreement for one in of_kind)
    open_ones = agreed.without_cause
    rows = [
        (_("公式の日（件）"), len(official)),
        (_("一致: 変化が現れた一覧の日そのもの"), to_the_day),
        (_("一致: その一覧と前の一覧の間"), len(agreeing) - to_the_day - moved),
        (_("一致: 公式の日が休業日で、翌営業日とみなして"), moved),
        (Agreement.OUTSIDE_INTERVAL.label, count[Agreement.OUTSIDE_INTERVAL]),
        (Agreement.ONLY_OFFICIAL.label, count[Agreement.ONLY_OFFICIAL]),
        (Agreement.ONLY_DERIVED.label, count[Agreement.ONLY_DERIVED]),
        (_("原因のない相違"), sum(one.kind == of_kind[0].kind for one in open_ones)),
    ]
    return table([_("照合の結果"), _("件")], rows)


def _intervals(list_days: Sequence[date], of_kind: Sequence[Compared]) -> str:
    """How much an agreement says depends on how far apart the lists are."""
    rows = []
    for before, after in pairwise(list_days):
        official = [one for one in of_kind if one.official_on and before < one.official_on <= after]
        count = Counter(one.agreement for one in official)
        ours = sum(one.agreement == Agreement.ONLY_DERIVED and one.day == after for one in of_kind)
        rows.append(
            (before, after, (after - before).days, len(official), count[Agreement.AGREEING],
             count[Agreement.OUTSIDE_INTERVAL], count[Agreement.ONLY_OFFICIAL], ours)
        )  # fmt: skip
    heads = [_("前の一覧"), _("後の一覧"), _("日数"), _("公式の日（件）")]
    return table([*heads, *(one.label for one in Agreement)], rows)


def _years(of_kind: Sequence[Compared]) -> str:
    official = [one for one in of_kind if one.official_on]
    rows = []
    for year, of_year in groupby(official, key=lambda one: one.official_on.year if one.official_on else 0):
        count = Counter(one.agreement for one in of_year)
        rows.append((year, count.total(), *(count[one] for one in Agreement if one != Agreement.ONLY_DERIVED)))
    return table(
        [_("年"), _("公式の日（件）"), *(one.label for one in Agreement if one != Agreement.ONLY_DERIVED)],
        [tuple(map(str, row)) for row in rows],
    )


def _by_cause(agreed: Agreed, differences: Sequence[Compared]) -> Iterable[str]:
    explained = [one for one in differences if not one.is_explained]
    for cause in sorted({one.cause for one in differences if one.is_explained}):
        of_cause = [one for one in differences if one.cause == cause and one.is_explained]
        sides = Counter(Agreement(one.agreement).label for one in of_cause)
        told = _("、").join(f"{side} {count:,}" for side, count in sorted(sides.items()))
        title = _("{cause}（{sides}）").format(cause=Cause(cause).label, sides=told)
        yield _section(title, by_interval(of_cause, shows_day=any(one.official_on for one in of_cause)))
    if explained:
        yield _section(_("調べて分かったもの、残るもの"), bullets(_looked_into(agreed, one) for one in explained))


def _looked_into(agreed: Agreed, one: Compared) -> str:
    explanation = agreed.explanation_of(one)
    if explanation:
        why = f"{explanation.reason} {explanation.source} ({explanation.checked_on})"
    else:
        why = agreed.accepted.get(one.key) or "**" + _("原因のない相違") + "**"
    lists = f"{one.observed_after or '-'} – {one.day}" if one.day else "-"
    words = _("{code}: 公式 {official}、一覧 {lists}。{cause}。{why}")
    return words.format(
        code=one.code, official=one.official_on or "-", lists=lists, cause=Cause(one.cause).label, why=why
    )
