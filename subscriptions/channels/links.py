"""Where a person goes on reading what was told: addresses of pages, where it is known how the product is reached (`PUBLIC_URL`)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from subscriptions.choices import OPERATION_KINDS, NoticeKind


def link_of(content: Mapping[str, Any]) -> str:
    """The page of the one company that it is about, or the page on which the rest is; empty where `PUBLIC_URL` is not set."""
    if not settings.PUBLIC_URL:
        return ""
    notices = content.get("notices") or []
    codes = {notice.get("code") for notice in notices} - {None, ""}
    kinds = {notice.get("kind") for notice in notices} | {content.get("type")}
    if len(codes) == 1:
        path = reverse("company", args=[codes.pop()])
    elif codes:
        path = reverse("admin:companies_listingevent_changelist")
    elif kinds & OPERATION_KINDS or NoticeKind.REVISION in kinds:
        path = reverse("admin:syncjobs_syncrun_changelist")
    else:
        path = reverse("admin:index")
    return f"{settings.PUBLIC_URL}{path}"
