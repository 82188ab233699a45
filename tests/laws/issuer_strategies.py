"""Random code lists of issuers: few filers, codes and days, so that everything collides with the lists of issues."""

from datetime import timedelta

from hypothesis import strategies as st

from companies.issuers.filer import Filer
from tests.laws.issuer_reference import DatedFilers
from tests.laws.strategies import _FIRST_DAY

NUMBERS = ("5070001000715", "6020001008662")
_edinet_codes = ["E00001", "E00002", "E00003"]


def _filer(edinet_code: str, code: str | None) -> st.SearchStrategy[Filer]:
    return st.builds(
        Filer,
        edinet_code=st.just(edinet_code),
        securities_code=st.just(code),
        name=st.sampled_from(["甲銀行株式会社", "乙銀行株式会社"]),
        name_english=st.sampled_from([None, "Ko Bank", "Otsu Bank"]),
        name_kana=st.sampled_from([None, "コウギンコウ", "オツギンコウ"]),
        corporate_number=st.sampled_from([None, *NUMBERS]),
        fiscal_year_end=st.sampled_from([None, "3月31日", "2月末日"]),
    )


def _filers(chosen: list[tuple[str, str | None]]) -> st.SearchStrategy[tuple[Filer, ...]]:
    return st.tuples(*(_filer(*pair) for pair in chosen))


# One issuer at most for a code, as the ledger demands.
_chosen = st.lists(
    st.tuples(st.sampled_from(_edinet_codes), st.sampled_from(["1301", "7203", "130A", "2593", None])),
    min_size=1, max_size=3, unique_by=(lambda pair: pair[0], lambda pair: pair[1] or pair[0]),
)  # fmt: skip
days = st.integers(-1, 7).map(lambda step: _FIRST_DAY + timedelta(days=step))
_lists = st.builds(DatedFilers, day=days, filers=_chosen.flatmap(_filers))
#: Lists of which no two are of one day: every order of recording them is worth the same.
dated_filers = st.lists(_lists, min_size=1, max_size=5, unique_by=lambda entry: entry.day)
#: Lists in an order of recording, corrections of the same day included.
recorded_filers = st.lists(_lists, min_size=1, max_size=5)
