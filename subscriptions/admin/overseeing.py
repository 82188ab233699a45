"""Everybody's destinations for who oversees them: whose, how, at which host and in which state; never what is told there. Any can be
stopped.
"""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from admin_pages.list_address import LONGEST_SEARCH, explain_unknown, explain_value
from sign_in.models import ChangeKind
from sign_in.recording import record_request
from subscriptions.admin.asking import ANSWER, Button, Question, ask
from subscriptions.admin.destination_host import host_of
from subscriptions.admin.destination_wording import describe_reason
from subscriptions.choices import DeliveryStatus, DestinationStatus, PauseReason
from subscriptions.destinations.states import pause
from subscriptions.models import Delivery, Destination

_PER_PAGE = 100
_STOP = "stop"
_LIST = "admin:subscriptions_destination_oversee"


def urls(site: AdminSite) -> list[URLPattern]:
    """The list, and stopping one."""
    view = site.admin_view
    return [
        path("all/", view(lambda request: all_destinations(request, site)), name="subscriptions_destination_oversee"),
        path("all/<int:pk>/stop/", view(lambda request, pk: stop(request, pk, site)), name="subscriptions_destination_stop"),
    ]  # fmt: skip


def all_destinations(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """A page of them; nothing where the address asks for what there is not."""
    _check(request)
    problems = _problems(request)
    rows = _all(request) if not problems else Destination.objects.none()
    pages = Paginator(rows, _PER_PAGE)
    page = pages.get_page(request.GET.get("p"))
    shown = [(one, host_of(one), DestinationStatus(one.status), describe_reason(one)) for one in page]
    context = {
        **site.each_context(request), "title": gettext("全員の通知先"), "opts": Destination._meta, "rows": shown, "page": page,
        "problems": problems, "statuses": DestinationStatus.choices, "chosen": request.GET.get("status", ""),
        "searched": request.GET.get("q", ""), "total": pages.count,
    }  # fmt: skip
    return render(request, "admin/subscriptions/destination/all.html", context)


def stop(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Asks; by POST it is stopped. Its owner goes on with it, or not."""
    _check(request)
    destination = get_object_or_404(Destination.objects.select_related("owner"), pk=pk)
    if destination.status != DestinationStatus.ACTIVE:
        messages.info(request, gettext("すでに停止しています。"))
        return redirect(_LIST)
    if request.POST.get(ANSWER) != _STOP:
        lines = [
            gettext(
                "{owner} さんの通知先「{name}」への送信を止めます。起きたことは 30 日間、送らずに残し、本人が再開できます。"
            ).format(owner=destination.owner, name=destination.name),
            gettext("変更の記録に残ります。"),
        ]
        button = Button(_STOP, gettext("この通知先を停止する"), is_dangerous=True)
        return ask(request, site, destination, Question(gettext("通知先の停止"), lines, [button], reverse(_LIST)))
    with transaction.atomic():
        before = destination.status
        if is_done := pause(destination, PauseReason.BY_PERSON):
            values = {"status": [before, DestinationStatus.PAUSED.value]}
            called = f"{destination.name} ({destination.owner})"
            record_request(request, destination, ChangeKind.CHANGED, values=values, called=called)
    if is_done:
        messages.success(request, gettext("通知先「{name}」を停止しました。").format(name=destination.name))
    return redirect(_LIST)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("subscriptions.oversee_destination"):
        raise PermissionDenied


def _all(request: HttpRequest) -> QuerySet[Destination]:
    waiting: Any = (
        Delivery.objects.filter(destination=OuterRef("pk"), status=DeliveryStatus.WAITING)
        .order_by().values("destination").annotate(count=Count("pk")).values("count")
    )  # fmt: skip
    rows = Destination.objects.select_related("owner", "api_key").annotate(
        waiting_count=Coalesce(Subquery(waiting), Value(0))
    )
    if text := request.GET.get("q", "").strip():
        rows = rows.filter(Q(name__icontains=text) | Q(owner__username__icontains=text))
    if status := request.GET.get("status", ""):
        rows = rows.filter(status=status)
    return rows.order_by("owner__username", "name", "pk")


def _problems(request: HttpRequest) -> list[str]:
    """What the address asks for that there is not."""
    asked = request.GET
    problems = [explain_unknown(name) for name in asked if name not in ("q", "status", "p")]
    status, page, text = (asked.get(name, "") for name in ("status", "p", "q"))
    if status and status not in DestinationStatus.values:
        problems.append(explain_value("status", status))
    if page and not (page.isascii() and page.isdecimal() and len(page) < 6):
        problems.append(explain_value("p", page))
    if "\0" in text or len(text) > LONGEST_SEARCH:
        problems.append(explain_value("q", text))
    return problems
