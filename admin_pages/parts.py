"""Places on a page where the rooms above its own have something to show: `{% load parts %}{% parts "source_actions" %}`.

An app says in its configuration what it puts where: `page_parts`, from the place to a template, which sees all that the page does.
"""

from typing import Any

from django import template
from django.apps import apps
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def parts(context: Context, place: str) -> SafeString:
    """What the apps put there, in the order in which they are installed."""
    rendered = [context.template.engine.get_template(name).render(context) for name in _templates(place)]  # type: ignore[union-attr]
    return mark_safe("".join(rendered))  # noqa: S308 each is a template's own output


def render_parts(place: str, context: dict[str, Any]) -> SafeString:
    """The same for a cell of a list, which sees `context` alone."""
    return mark_safe("".join(render_to_string(name, context) for name in _templates(place)))  # noqa: S308 likewise


def _templates(place: str) -> list[str]:
    told = [getattr(app, "page_parts", {}).get(place) for app in apps.get_app_configs()]
    return [name for name in told if name]
