"""Rooms above are told what became of a person's account: each names in its `AppConfig` (`person_changed`) what it then does."""

from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


def tell_person_changed(person: Any) -> None:
    """In the transaction of the change; of a deletion before it, while it is known what was the person's."""
    for app in apps.get_app_configs():
        if path := getattr(app, "person_changed", ""):
            import_string(path)(person)
