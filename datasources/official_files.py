"""Files of official days, whoever publishes them: what one tells, and what is wrong with it."""

from dataclasses import dataclass, field

from django.utils.translation import gettext

from companies.issuers.official_dates.rows import Coverage, OfficialDay
from datasources.errors import ListFileError

_SHOWN_PROBLEMS = 20


class OfficialFileError(ListFileError):
    """A file of official days cannot be read; `problems` are all of its rows that are wrong, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems[:_SHOWN_PROBLEMS]
        if len(problems) > _SHOWN_PROBLEMS:
            self.problems.append(
                gettext("ほかに {count:,} 件の誤りがあります。").format(count=len(problems) - _SHOWN_PROBLEMS)
            )
        super().__init__(" ".join(self.problems))


@dataclass(slots=True)
class OfficialFile:
    """What a file tells: its days, what it is complete for, who tells it, and what was left out in words."""

    days: list[OfficialDay]
    origin: str
    covers: list[Coverage] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
