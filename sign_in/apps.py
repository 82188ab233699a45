"""Watches sign-ins for the second factor."""

from importlib import import_module

from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """Importing the gate has it asked at every sign-in."""
        import_module("sign_in.second_factor_middleware")
