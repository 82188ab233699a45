"""Of which knowledge the company list is: of now, or as it was known at a past moment (`known_at`)."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from admin_pages.days import UnreadableDay, read_moment
from companies.errors import RevisionNotFound, SnapshotNotFound
from companies.known.reading import NOW, THEN, LedgerReading, find_revision, newest_revision
from companies.known.revision import known_at
from companies.ledger.refusal_wording import explain_missing_list
from companies.models import Company, LedgerRevision
from database.connections import database_now

PARAMETER = "known_at"
_NUMBER = re.compile(r"[0-9]{1,15}")
_SHOWN_LETTERS = 40
#: Companies that are told by name.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What of the ledger a page shows: as it was known once `revision` was, or as it is known now (`None`).

    `moment` says in words when that was; `problem` why it cannot be said.
    """

    revision: int | None = None
    moment: str = ""
    problem: str = ""

    @property
    def reading(self) -> LedgerReading:
        """What is read, while it is `held`."""
        return NOW if self.revision is None else THEN

    @property
    def known_versions(self) -> Any:
        """The versions as they were known, while it is `held`; `None` where it is of now."""
        return self.reading.versions if self.reading.is_past else None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Everything that is read inside is of this knowledge, and of one state of the database where it is of the past."""
        if self.revision is None:
            yield
            return
        with known_at(self.revision):
            yield


def asked_knowledge(request: HttpRequest) -> Knowledge:
    """What the address asks for. Found once a request, before anything of it is read: looking up a moment may have to wait
    for a writer.
    """
    found: Knowledge | None = getattr(request, "knowledge", None)
    if found is None:
        found = _find(request.GET.get(PARAMETER, "").strip())
        request.knowledge = found  # type: ignore[attr-defined] # as middleware does with the user
    return found


def shows_a_day(request: HttpRequest) -> bool:
    """Whether the list is that of a day, and not of what is known and in force now."""
    return bool(request.GET.get("as_of") or request.GET.get(PARAMETER))


def _find(text: str) -> Knowledge:
    if not text:
        return Knowledge()
    plain = unicodedata.normalize("NFKC", text)
    try:
        return _of_revision(int(plain)) if _NUMBER.fullmatch(plain) else _of_moment(text)
    except (UnreadableDay, OverflowError):  # the last is a year whose end no clock reaches
        problem = gettext(
            "「{text}」: 知られていた日時を読めません。2026-11-20 18:00 のような日時か、改訂の番号を入力してください。"
        ).format(text=text[:_SHOWN_LETTERS])
    except RevisionNotFound as error:
        problem = gettext("「{text}」: まだ来ていない時点です。最新の改訂は {newest} です。").format(
            text=text[:_SHOWN_LETTERS], newest=error.newest
        )
    return Knowledge(problem=problem)


def _of_revision(number: int) -> Knowledge:
    recorded_at = LedgerRevision.objects.filter(number=number).values_list("recorded_at", flat=True).first()
    if recorded_at is None and number > 0:
        raise RevisionNotFound(asked=str(number), newest=newest_revision())
    told = timezone.localtime(recorded_at).strftime("%Y-%m-%d %H:%M:%S") if recorded_at else ""
    words = gettext("改訂 {number} の時点（{moment}）") if recorded_at else gettext("改訂 {number} の時点")
    return Knowledge(number, words.format(number=number, moment=told))


def _of_moment(text: str) -> Knowledge:
    asked = read_moment(text, timezone.get_current_timezone())
    if isinstance(asked, datetime):
        local = timezone.localtime(asked)
        return Knowledge(find_revision(asked), f"{local:%Y-%m-%d %H:%M:%S}".removesuffix(":00"))
    return _of_day(asked)


def _of_day(day: date) -> Knowledge:
    """A day alone means its end; today's is now."""
    end, now = datetime.combine(day, time.max, timezone.get_current_timezone()), timezone.localtime(database_now())
    if day == now.date():
        return Knowledge(find_revision(now), f"{now:%Y-%m-%d %H:%M:%S}")
    return Knowledge(find_revision(end), gettext("{day} の終わり").format(day=day))


def describe_shown(knowledge: Knowledge, day: date, list_day: date) -> str:
    """Which list a page shows."""
    if not knowledge.reading.is_past:
        text = gettext("{day} の時点の内容です（{date_in_force} の一覧による）。")
    elif day == list_day:
        text = gettext("{moment} に知られていた、{date_in_force} の一覧です。")
    else:
        text = gettext("{moment} に知られていた、{day} の時点の内容です（{date_in_force} の一覧による）。")
    return text.format(moment=knowledge.moment, day=day, date_in_force=list_day)


def explain_unknown_list(knowledge: Knowledge, error: SnapshotNotFound) -> str:
    """From when on there are lists, or were, as far as it was known."""
    if not knowledge.reading.is_past:
        return explain_missing_list(error)
    if error.first_on is None:
        text = gettext("{moment} には、まだどの一覧も知られていませんでした。")
    else:
        text = gettext("{moment} に知られていた、{day} 時点の一覧はありません。最初の一覧は {first_on} でした。")
    return text.format(moment=knowledge.moment, day=error.day, first_on=error.first_on)


def describe_gone(day: date) -> tuple[int, str]:
    """How many issues were known to be listed that day of which there is no company any more, and the first of them. While the
    knowledge is held.
    """
    ours = Company.objects.filter(code=OuterRef("code"))
    gone = THEN.versions.as_of(day).filter(~Exists(ours)).order_by("code").values_list("code", "company_name")
    named = [f"{code} {name}" for code, name in gone[:_NAMED]]
    # Nobody is gone but where a list was taken back or superseded.
    count = len(named) if len(named) < _NAMED else gone.count()
    return count, gettext("、").join(named) + (gettext(" ほか") if count > len(named) else "")


class KnownAtForm(forms.Form):
    known_at = forms.CharField(
        label="",
        required=False,
        widget=forms.TextInput(
            attrs={
                "class": " ".join(INPUT_CLASSES), "placeholder": _("2026-11-20 18:00 または改訂の番号"), "autocomplete": "off",
                "maxlength": _SHOWN_LETTERS, "aria-label": _("知られていた日時"),
            }
        ),
    )  # fmt: skip


class KnownAtFilter(admin.SimpleListFilter):
    """The field for the moment, and what is wrong with it. The states of then are set by the filter of the day."""

    title = _("知られていた日時")
    parameter_name = PARAMETER
    template = "unfold/filters/filters_date_range.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.problem = asked_knowledge(request).problem

    def has_output(self) -> bool:
        """There is always a moment to choose."""
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def words_of(self, name: str, value: str) -> str:
        """The moment, however it was typed."""
        return asked_knowledge(self.request).moment or value

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"form": KnownAtForm({PARAMETER: self.value() or ""})}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        return queryset
