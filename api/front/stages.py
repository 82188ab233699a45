"""How far a request comes before Django sees it, and what each of these stages knows."""

from http import HTTPStatus
from typing import NamedTuple

from api.front.admission import Admission
from api.front.answer_store import StoredAnswer
from api.front.question import Question


class Refused(NamedTuple):
    """It is not let in, or cannot be answered now; `wait_seconds` until it may be tried again, where that is known."""

    question: Question | None
    status: HTTPStatus
    admission: Admission | None = None
    wait_seconds: int = 0
    reason: str = ""


class Ready(NamedTuple):
    """There is an answer, from the cache or made from memory."""

    question: Question
    admission: Admission
    answer: StoredAnswer


class ToBuild(NamedTuple):
    """Django makes the answer, and it is kept under the name of its entry: others wait for it."""

    question: Question
    admission: Admission
    entry: str


class PassOn(NamedTuple):
    """Django answers. Without an admission it has to find out who asks."""

    question: Question | None
    admission: Admission | None


Stage = Refused | Ready | ToBuild | PassOn
