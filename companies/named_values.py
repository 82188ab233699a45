"""The values that a company's field may have, with the names that people know them by."""

from django.apps import apps

from companies.choices import CHOICES_OF
from companies.fields import CompanyField


def named_values(field: CompanyField) -> list[tuple[str, str]]:
    """In their usual order, names in the language of the page; nothing for a field whose values are names themselves."""
    if field.has_master:
        named: list[tuple[str, str]] = apps.get_model("masters", field.short_name).objects.names()
        return named
    choices = CHOICES_OF.get(field.name)
    return [] if choices is None else [(str(value), str(label)) for value, label in choices.choices]
