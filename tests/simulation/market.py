"""What exchange, publishers and people say in a simulation: every list of every day follows from the seed alone."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from companies.issuers.filer import Filer
from companies.listed_issue import ListedIssue
from tests.edinet_lists import make_filer
from tests.factories import make_issue
from tests.fakes.jpx import make_workbook

#: A Monday.
FIRST = date(2030, 4, 1)
_COMPANIES = 24
_MARKETS = {"0111": "プライム（内国株式）", "0112": "スタンダード（内国株式）"}
#: Code → its name and its market.
State = dict[str, tuple[str, str]]


@dataclass
class Market:
    """Business days, and what is listed on each."""

    seed: int
    days: list[date] = field(default_factory=list)
    lists: dict[date, Sequence[ListedIssue]] = field(default_factory=dict)
    #: What the morning makes of some of them.
    revisions: dict[date, Sequence[ListedIssue]] = field(default_factory=dict)
    states: dict[date, State] = field(default_factory=dict)

    def open(self, count: int) -> None:
        """So many business days."""
        chance = random.Random(f"market {self.seed}")
        state: State = {str(1301 + number): (f"会社{1301 + number}", "0111") for number in range(_COMPANIES)}
        day = FIRST
        while len(self.days) < count:
            if day.weekday() < 5:
                self.days.append(day)
                self.states[day] = state = _go_on(state, chance, len(self.days))
                self.lists[day] = issues_of(state)
                if chance.random() < 0.3:
                    self.states[day] = state = _go_on(state, chance, len(self.days) + 1_000)
                    self.revisions[day] = issues_of(state)
            day += timedelta(days=1)

    def business_day(self, today: date, back: int) -> date:
        """The one in force so many business days ago."""
        passed = [day for day in self.days if day <= today] or self.days[:1]
        return passed[max(0, len(passed) - 1 - back)]

    def file_of(self, day: date, salt: int, *, is_doubtful: bool = False) -> bytes:
        """What a person uploads of a day: as it was but for a name, or with many gone."""
        chance = random.Random(f"file {self.seed} {day} {salt}")
        state = dict(self.states[day])
        for code in chance.sample(sorted(state), 1):
            state[code] = (f"直し{salt}", state[code][1])
        if is_doubtful:
            state = {code: state[code] for code in sorted(state)[: len(state) // 2]}
        rows = [
            [float(code), name, _MARKETS[market], 3700.0, "輸送用機器", 6.0, "自動車・輸送機", 1.0, "TOPIX Core30"]
            for code, (name, market) in state.items()
        ]
        return make_workbook(day, rows)

    def filers_of(self, day: date, salt: int) -> list[Filer]:
        """Who files under the codes of a day; some stand behind another since the last list."""
        chance = random.Random(f"filers {self.seed} {day} {salt}")
        return [
            make_filer(code, f"E{int(code) + chance.choice([0, 0, 0, 1_000]):05}", name=f"株式会社{code}")
            for code in sorted(self.states[day])
        ]


def issues_of(state: Mapping[str, tuple[str, str]]) -> list[ListedIssue]:
    return [make_issue(code, company_name=name, market_code=market) for code, (name, market) in state.items()]


def _go_on(state: State, chance: random.Random, number: int) -> State:
    """A day later: few changes, and at least one, so that each midnight moves a company."""
    while True:
        later = _change(state, chance, number)
        if later != state:
            return later


def _change(state: State, chance: random.Random, number: int) -> State:
    """One change, or one that comes to nothing."""
    state, code = dict(state), chance.choice(sorted(state))
    what = chance.randrange(6)
    if what < 3:
        state[code] = (f"新{number}会社{code}", state[code][1])
    elif what == 3:
        state[code] = (state[code][0], chance.choice(sorted(_MARKETS)))
    elif what == 4 and len(state) > 10:
        del state[code]
    elif what == 5:
        back = str(1301 + chance.randrange(_COMPANIES + 6))
        state.setdefault(back, (f"会社{back}", "0112"))
    return state
