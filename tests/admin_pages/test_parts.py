"""What rooms above put on a page of one below."""

import pytest
from django.apps import apps
from django.template import Context, Engine


def test_every_part_that_an_app_contributes_is_a_template() -> None:
    parts = [name for app in apps.get_app_configs() for name in getattr(app, "page_parts", {}).values()]

    assert parts
    for name in parts:
        Engine.get_default().get_template(name)


@pytest.mark.parametrize(("place", "shown"), [("quote_actions", "株価を更新"), ("a_place_that_nobody_fills", "")])
def test_a_part_sees_what_its_page_does(place: str, shown: str) -> None:
    page = Engine.get_default().from_string(f'{{% load parts %}}[{{% parts "{place}" %}}]')

    for can_refresh in (True, False):
        text = page.render(Context({"can_refresh": can_refresh, "quote_company": 1}))
        assert (shown in text) if can_refresh else (text.strip("[]\n") == "")
