"""Puts what a person follows on the pages of others."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    verbose_name = _("マイページ")
    page_parts: ClassVar[dict[str, str]] = {
        "company_actions": "admin/subscriptions/star.html",
        "beside_conditions": "admin/subscriptions/save_view.html",
    }
