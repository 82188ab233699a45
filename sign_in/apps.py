"""Watches sign-ins for the second factor."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class SignInConfig(AppConfig):
    """Connects the gate."""

    name = "sign_in"
    label = "sign_in"

    def ready(self) -> None:
        """From here on every sign-in asks for what is still missing."""
        from sign_in.gate import note_what_is_missing  # noqa: PLC0415 models are not ready before

        user_logged_in.connect(note_what_is_missing)
