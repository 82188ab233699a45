"""Watches sign-ins for the second factor."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignInConfig(AppConfig):
    name = "sign_in"
    label = "sign_in"
    verbose_name = _("ユーザー")

    def ready(self) -> None:
        """Importing the gate has it asked at every sign-in."""
        import_module("sign_in.second_factor_middleware")
