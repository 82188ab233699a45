"""The admin's first page, put together from what each app has to say; to each user what they may see."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from backups.start_page import backup_figures
from companies.admin.start_page import company_figures
from subscriptions.admin.start_page import followed_figures
from syncjobs.admin.first_steps import steps_for
from syncjobs.admin.start_page import sync_figures


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The admin theme's callback: adds what `templates/admin/index.html` shows."""
    user = request.user
    if user.has_perm("companies.view_company"):
        context = {**context, **company_figures()}
    if user.has_perm("subscriptions.view_watchlist"):
        context = {**context, **followed_figures(user)}
    if user.has_perm("syncjobs.view_syncrun"):
        figures = sync_figures()
        steps = steps_for(user, figures["first_steps"])
        context = {**context, **figures, "first_steps": steps, "sees_sync": True}
    if user.has_perm("backups.view_backuprecord"):
        context = {**context, **backup_figures(timezone.now())}
    return context
