"""Which issues a saved view shows now: asked of the very list that the person sees, so that page and notice never differ."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from companies.admin.knowledge import PARAMETER as KNOWN_AT
from companies.models import Company
from database.connections import is_unavailable
from subscriptions.choices import InactiveReason
from subscriptions.models import ListPage, SavedView

_AS_OF = "as_of"


class ViewNotReadable(Exception):
    """What a saved view shows cannot be said any more, and why not."""

    def __init__(self, reason: InactiveReason, problem: str = "") -> None:
        super().__init__(problem or reason.label)
        self.reason = reason
        self.problem = problem


def why_not_followed(view: SavedView) -> str:
    """Why a view cannot be subscribed to, in words; empty where it can. A view of events shows what happened, which is what kinds, watch
    lists and markets choose from; one of a fixed day never changes by what happens.
    """
    if view.page != ListPage.COMPANIES:
        return gettext(
            "上場イベントの表示は購読できません。知らせる種別と、ウォッチリストか市場区分を選んでください。銘柄一覧の表示は購読できます。"
        )
    query = QueryDict(view.query)
    if query.get(_AS_OF, "").strip() or query.get(KNOWN_AT, "").strip():
        return gettext(
            "時点を固定した表示は、新しい一覧が届いても変わらないため購読できません。時点を空にして保存し直した表示を選んでください。"
        )
    return ""


def find_view_members(view: SavedView, user: Any) -> list[str]:
    """The codes that the view shows a person now, in order. Raises `ViewNotReadable`."""
    if not view.is_shared and view.owner_id != user.pk:
        raise ViewNotReadable(InactiveReason.VIEW_NOT_SHARED)
    if not user.has_perm("companies.view_company"):
        raise ViewNotReadable(InactiveReason.RIGHTS_LOST)
    if problem := why_not_followed(view):
        raise ViewNotReadable(InactiveReason.VIEW_UNREADABLE, problem)
    try:
        with transaction.atomic():
            return _ask_the_list(view, user)
    except ViewNotReadable:
        raise
    except Exception as error:
        # Anything: a list that breaks on the view breaks on it each time. Not where the database is away.
        if is_unavailable(error):
            raise
        raise ViewNotReadable(InactiveReason.VIEW_UNREADABLE) from error


def _ask_the_list(view: SavedView, user: Any) -> list[str]:
    request = HttpRequest()
    request.method, request.user, request.GET = "GET", user, QueryDict(view.query)
    shown: Any = admin.site.get_model_admin(Company).get_changelist_instance(request)
    if shown.problems:
        raise ViewNotReadable(InactiveReason.VIEW_UNREADABLE, " ".join(map(str, shown.problems)))
    return sorted(set(shown.get_queryset(request).order_by().values_list("code", flat=True)))
