"""Registers what the endpoints of the REST API share: keys, errors, authentication."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    label = "api"
    verbose_name = "API"
    person_changed = "api.keys.forget_keys_of"
