"""Having the product send mail through the fake."""

from typing import Any

from pytest_django import Settings

from tests.fakes.smtp import FakeMailServer


def use_server(settings: Settings, fake: FakeMailServer, **also: Any) -> None:
    """From now on, in this test."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", fake.port
    settings.EMAIL_TIMEOUT = 5.0
    settings.MAIL_FROM = settings.DEFAULT_FROM_EMAIL = "Meigara <meigara@meigara.example.com>"
    for name, value in also.items():
        setattr(settings, name, value)
