"""Rows of lists: as the theme draws them, at a cost that is not that of the theme."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from admin_pages.status_label import status_label
from companies.choices import EventType
from companies.models import Company, ListingEvent

pytestmark = pytest.mark.usefixtures("two_lists")


def list_of(model: Any, query: str = "") -> Any:
    request = RequestFactory().get(f"/{query}")
    request.user = User.objects.create_superuser("root")
    shown: Any = admin.site.get_model_admin(model).get_changelist_instance(request)
    shown.formset = None  # as the view of a list does
    return shown


def draw(tag: str, shown_list: Any) -> str:
    template = Template(f"{{% load list_rows unfold_list %}}{{% {tag} cl %}}")
    request = RequestFactory().get("/")
    request.user = User.objects.get()
    return str(template.render(Context({"cl": shown_list, "opts": shown_list.opts, "request": request})))


@pytest.mark.parametrize(
    ("model", "query"), [(Company, ""), (Company, "?o=-2.1"), (Company, "?q=none-of-them"), (ListingEvent, "?o=3")]
)
def test_a_list_is_drawn_as_the_theme_draws_it(model: Any, query: str) -> None:
    shown = list_of(model, query)

    assert draw("list_rows", shown) == draw("unfold_result_list", shown)


def test_addresses_to_sort_by_are_made_for_the_headings_and_not_for_each_row() -> None:
    shown = list_of(Company)
    all_rows, asked = list(shown.result_list), []
    usual = shown.get_query_string

    def counted(*given: Any, **named: Any) -> str:
        asked.append(given)
        return str(usual(*given, **named))

    shown.get_query_string = counted
    counts = []
    for rows in (all_rows[:1], all_rows):
        shown.result_list = rows
        asked.clear()
        draw("list_rows", shown)
        counts.append(len(asked))

    assert len(all_rows) == 4
    assert counts[0] == counts[1] > 0


def test_a_status_is_drawn_once_for_each_of_its_words() -> None:
    assert status_label(EventType.RENAMED) is status_label(EventType.RENAMED)
    assert "銘柄名変更" in status_label(EventType.RENAMED)
    with override("en"):
        assert "銘柄名変更" not in status_label(EventType.RENAMED)
