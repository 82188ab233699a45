"""What was known when: `known_at` and `revision`, and what they choose to be read."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request

from api.endpoints.data_views import Action, DataViewSet, of_one_state
from api.endpoints.errors import ApiError
from api.endpoints.filters import Parameter
from api.endpoints.parameters import Instant, ShapedField, WholeNumber
from api.endpoints.states import REVISION_HEADER, StateFilterSet
from companies.api.past_universes import held_past, known_past
from companies.api.universe import Universe
from companies.errors import RevisionNotFound
from companies.known.reading import NOW, THEN, LedgerReading, find_revision, newest_revision
from companies.known.revision import set_known_at

#: Revisions are counted in bigint; far fewer will ever be.
LAST_REVISION = 10**15 - 1
_NUMBER = re.compile(r"[0-9]{1,15}")


class RevisionOrInstant(ShapedField):
    """A revision by its number, or the one that was the last at a moment."""

    shape = {
        "oneOf": [
            {"type": "integer", "minimum": 0, "maximum": LAST_REVISION},
            {"type": "string", "format": "date-time"},
        ]
    }

    def to_internal_value(self, data: Any) -> Any:
        """An `int` or a `datetime`. Raises `ValidationError`."""
        if _NUMBER.fullmatch(str(data)):
            return int(data)
        try:
            return Instant().to_internal_value(data)
        except serializers.ValidationError:
            message = gettext("改訂の番号、または {example} の形の日時を指定してください。")
            raise serializers.ValidationError(message.format(example="2026-11-20T18:00:00+09:00")) from None


class KnowledgeFilterSet(StateFilterSet):
    """Of which knowledge. Without either it is that of now."""

    known_at = Parameter(
        RevisionOrInstant(
            required=False,
            help_text="この時点で知られていた内容（改訂の番号、または ISO 8601 の日時）。その後の取込・訂正・取消によって変わらない",
        )
    )
    revision = Parameter(
        WholeNumber(
            required=False, min_value=0, max_value=LAST_REVISION,
            help_text=f"この番号の改訂の内容（前の応答の {REVISION_HEADER}）。ページや並行した取得を同じ内容に揃える",
        )
    )  # fmt: skip

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """One of them at most."""
        refuse_both(values)
        return super().check(values)


def refuse_both(values: Mapping[str, Any]) -> None:
    """Raise `ValidationError` where a moment and a revision are given."""
    if "known_at" in values and "revision" in values:
        raise serializers.ValidationError({"revision": [gettext("known_at とは同時に指定できません。")]})


def asked_revision(values: dict[str, Any]) -> int | datetime | None:
    """What was asked for, taken out of the values."""
    known_at: int | datetime | None = values.pop("known_at", None)
    revision: int | None = values.pop("revision", None)
    return known_at if revision is None else revision


def revision_not_found(error: RevisionNotFound) -> ApiError:
    """404: nothing is known of that yet."""
    message = gettext("改訂 {asked} はまだありません。最新は {newest} です。")
    return ApiError(
        404, "REVISION_NOT_FOUND", message.format(asked=error.asked, newest=error.newest),
        details={"revision": error.asked, "newest_revision": error.newest},
    )  # fmt: skip


def found_revision(moment: datetime) -> int:
    """The revision that was the last at a moment. Raises the API's 404."""
    try:
        return find_revision(moment)
    except RevisionNotFound as error:
        raise revision_not_found(error) from error


def check_revision(revision: int, newest: int) -> int:
    """The revision, where it is there. Raises `RevisionNotFound`."""
    if revision > newest:
        raise RevisionNotFound(asked=str(revision), newest=newest)
    return revision


def choose_universe(now: Universe, as_of: date | None, revision: int | None) -> Universe:
    """The companies of a day (`None`: in their latest state) as known at a revision (`None`: as known now).

    Raises `RevisionNotFound`, `SnapshotNotFound`, and `MastersChanged`, after which a newer `now` is needed.
    """
    wanted = now.revision if revision is None else check_revision(revision, now.revision)
    if as_of is None and wanted == now.revision:
        return now
    past = known_past(wanted, now.state)
    return past.companies if as_of is None else past.on(as_of)


def choose_held_universe(now: Universe, as_of: date | None, revision: int | None) -> Universe | None:
    """The same without the database; `None` where that would have to be asked."""
    wanted = now.revision if revision is None else check_revision(revision, now.revision)
    if as_of is None and wanted == now.revision:
        return now
    past = held_past(wanted, now.state)
    return None if past is None else past.held_universe(as_of)


class LedgerViewSet(DataViewSet):
    """Tells of the ledger: as it is known now, or as it was known. Its actions are `of_one_revision`, or answer from memory."""

    filterset_class = KnowledgeFilterSet
    #: The revision that is asked for, and inside `of_one_revision` the one that is answered of, and what is read.
    asked: int | None
    revision: int
    reading: LedgerReading

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Likewise, with what is asked for set apart. A moment is looked up before anything is read."""
        super().initial(request, *args, **kwargs)
        if self.action in (None, "metadata"):
            return
        asked = asked_revision(self.values)
        self.asked = found_revision(asked) if isinstance(asked, datetime) else asked


def of_one_revision(action: Action) -> Action:
    """Decorator: as `of_one_state`, and the answer names the revision of the ledger that it is of."""

    @of_one_state
    @wraps(action)
    def answer(view: LedgerViewSet, request: Request, **path: Any) -> HttpResponseBase:
        newest = newest_revision()
        try:
            view.revision = newest if view.asked is None else check_revision(view.asked, newest)
        except RevisionNotFound as error:
            raise revision_not_found(error) from error
        view.reading = NOW if view.revision == newest else THEN
        if view.reading is THEN:
            set_known_at(view.revision)
        response = action(view, request, **path)
        response.headers[REVISION_HEADER] = str(view.revision)
        return response

    return answer
