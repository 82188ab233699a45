"""Connects what is measured to what is done."""

from importlib import import_module

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
    label = "operations"

    def ready(self) -> None:
        """Importing the receivers connects them."""
        import_module("operations.receivers")
