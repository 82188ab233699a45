"""Random lists of listed issues: few codes, few days and few values, so that everything collides."""

from datetime import date, timedelta

from hypothesis import strategies as st

from companies.listed_issue import ListedIssue
from tests.laws.reference import DatedList

_FIRST_DAY = date(2024, 1, 4)

codes = st.sampled_from(["1301", "7203", "130A", "25935"])
# Full and half width, outer white space, letters without a shape, radicals and conversion tables: those of a line compare
# equal, and no others.
_SPELLINGS = (
    ("Ａ銀行", "A銀行", " A銀行", "Ａ銀行　", "A\u200b銀行", "A銀行\U000e0100"),
    ("a銀行",),
    ("A  銀行", "A 銀行", "A \u2060 銀行"),
    ("Ｂ〜長谷工−", "Ｂ～⻑谷工－", "B~長\ufe00谷工-"),
)
names = st.sampled_from([spelling for spellings in _SPELLINGS for spelling in spellings])
days = st.integers(0, 6).map(lambda step: _FIRST_DAY + timedelta(days=step))


def _issue(code: str, *, is_told: st.SearchStrategy[str | None]) -> st.SearchStrategy[ListedIssue]:
    return st.builds(
        ListedIssue,
        code=st.just(code),
        company_name=names,
        company_name_english=is_told,
        market_code=st.sampled_from(["0111", "0112"]),
        sector17_code=st.sampled_from(["6", "9"]),
        sector33_code=st.sampled_from(["3700", "3650"]),
        scale_category=st.sampled_from(["-", "TOPIX Mid400"]),
        margin_code=is_told.map(lambda text: None if text is None else str(len(text))),
        product_category=st.sampled_from(["011", "014", None]),
    )


def _rows(is_told: st.SearchStrategy[str | None]) -> st.SearchStrategy[tuple[ListedIssue, ...]]:
    chosen = st.lists(codes, min_size=1, max_size=4, unique=True)
    return chosen.flatmap(lambda picked: st.tuples(*(_issue(code, is_told=is_told) for code in picked)))


# JPX says nothing of English names and margin classes; J-Quants does, now and then with a gap.
_jpx = st.builds(DatedList, day=days, source=st.just("jpx"), issues=_rows(st.none()))
_jquants = st.builds(
    DatedList, day=days, source=st.just("jquants"), issues=_rows(st.sampled_from(["A Bank", "B Works", None]))
)

#: Lists of which no two are of the same day and source: every order of recording them is worth the same.
dated_lists = st.lists(
    st.one_of(_jpx, _jquants), min_size=1, max_size=6, unique_by=lambda entry: (entry.day, entry.source)
)
#: Lists in an order of recording, corrections of the same day and source included.
recorded_lists = st.lists(st.one_of(_jpx, _jquants), min_size=1, max_size=6)
