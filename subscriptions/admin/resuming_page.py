"""Going on with a destination that was stopped: what waits is sent, or left out, as its owner says after seeing how much it is."""

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from sign_in.models import ChangeKind
from sign_in.recording import record_request
from subscriptions.admin.asking import ANSWER, Button, Question, ask
from subscriptions.admin.recorded_counts import LEFT_OUT
from subscriptions.choices import DeliveryStatus, DestinationStatus
from subscriptions.destinations.states import resume
from subscriptions.models import Delivery, Destination

_SEND, _SKIP = "send", "skip"
_PAGE = "admin:subscriptions_destination_change"


def resume_destination(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    """Asks in numbers; by POST it is done."""
    if destination.status == DestinationStatus.ACTIVE:
        messages.info(request, gettext("すでに動いています。"))
        return redirect(_PAGE, destination.pk)
    answer = request.POST.get(ANSWER, "")
    if answer not in (_SEND, _SKIP):
        return ask(request, site, destination, _question(destination))
    before = destination.status
    with transaction.atomic():
        waiting = _waiting(destination).count()
        is_done = resume(destination, skip_waiting=answer == _SKIP)
        if is_done:
            skipped = {LEFT_OUT: [None, waiting]} if answer == _SKIP and waiting else {}
            values = {"status": [before, DestinationStatus.ACTIVE.value], **skipped}
            record_request(request, destination, ChangeKind.CHANGED, values=values)
    if is_done:
        messages.success(request, gettext("「{name}」を再開しました。").format(name=destination.name))
    else:
        messages.error(request, gettext("この状態からは再開できません。"))
    return redirect(_PAGE, destination.pk)


def _waiting(destination: Destination) -> QuerySet[Delivery]:
    return Delivery.objects.filter(destination=destination, status=DeliveryStatus.WAITING)


def _question(destination: Destination) -> Question:
    told = _waiting(destination).aggregate(count=Count("pk"), oldest=Min("created_at"))
    title = gettext("「{name}」の再開").format(name=destination.name)
    back = reverse(_PAGE, args=[destination.pk])
    if not (count := told["count"]):
        lines = [gettext("待っているものはありません。次に起きたことから送ります。")]
        return Question(title, lines, [Button(_SEND, gettext("再開する"))], back)
    lines = [
        gettext("送っていない通知が {count:,} 件待っています。最も古いものは {oldest} です。").format(
            count=count, oldest=f"{localtime(told['oldest']):%Y-%m-%d %H:%M}"
        ),
        gettext("送ると、古い順に 1 件ずつ届きます。送らないことにしたものは、後から 1 件ずつ再送できます。"),
    ]
    buttons = [
        Button(_SEND, gettext("待っている {count:,} 件を送って再開").format(count=count)),
        Button(_SKIP, gettext("待っている {count:,} 件を送らずに再開").format(count=count)),
    ]
    return Question(title, lines, buttons, back)
