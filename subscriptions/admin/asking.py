"""A page that says what would be done, in numbers, before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: The name under which a form of such a page sends which of its buttons was pressed.
ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Button:
    """One way of answering."""

    answer: str
    words: str
    is_dangerous: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What would happen, and what can be answered. `kept` are fields that go along."""

    title: str
    lines: Sequence[str]
    buttons: Sequence[Button]
    back: str
    kept: Sequence[tuple[str, str]] = ()


def ask(request: HttpRequest, site: AdminSite, subject: Model, question: Question) -> HttpResponse:
    """The page. Where the first button is dangerous, the way back is the default."""
    context = {
        **site.each_context(request), "title": question.title, "opts": subject._meta, "original": subject, "question": question,
        "is_dangerous": question.buttons[0].is_dangerous, "answer_name": ANSWER,
    }  # fmt: skip
    return render(request, "admin/subscriptions/ask.html", context)
