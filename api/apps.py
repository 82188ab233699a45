"""Registers what the endpoints of the REST API share: keys, errors, authentication."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """API keys, and what every endpoint shares."""

    name = "api"
    label = "api"
    verbose_name = "API"
