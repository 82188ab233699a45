"""Registers what the endpoints of the REST API share: keys, errors, authentication."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    label = "api"
    verbose_name = "API"
