"""Sending again what went to a destination in a time, as a receiver wants that lost it: in numbers first."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.day_fields import SplitDayTimeField
from sign_in.models import ChangeKind
from sign_in.recording import record_request
from subscriptions.admin.asking import ANSWER, Button, Question, ask
from subscriptions.admin.recorded_counts import SENT_AGAIN
from subscriptions.deliveries.resending import count_in_range, send_range_again
from subscriptions.models import Destination

_SEND = "send"
_PAGE = "admin:subscriptions_destination_change"


class RangeForm(forms.Form):
    """From a moment, to another."""

    since = SplitDayTimeField(label=_("始まり"))
    until = SplitDayTimeField(label=_("終わり"))

    def clean(self) -> dict[str, Any]:
        """One after the other."""
        values: dict[str, Any] = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since >= until:
            raise ValidationError({"until": gettext("終わりは、始まりより後にしてください。")})
        return values


def resend_range(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    """The form, then how many that would be, then it is done."""
    form = RangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        if count := count_in_range(destination, since, until):
            if request.POST.get(ANSWER) == _SEND:
                return _send(request, destination, since, until)
            return ask(request, site, destination, _question(request, destination, count, since, until))
        form.add_error(None, gettext("この期間に送ったものはありません（配信は 30 日分だけ残っています）。"))
    context = {
        **site.each_context(request), "title": gettext("「{name}」の再送").format(name=destination.name),
        "opts": Destination._meta, "original": destination, "form": form,
    }  # fmt: skip
    return render(request, "admin/subscriptions/destination/resend.html", context)


def _send(request: HttpRequest, destination: Destination, since: datetime, until: datetime) -> HttpResponse:
    with transaction.atomic():
        count = send_range_again(destination, since, until)
        if count:
            record_request(request, destination, ChangeKind.CHANGED, values={SENT_AGAIN: [None, count]})
    messages.success(request, gettext("{count:,} 件を送る列に入れました。").format(count=count))
    return redirect(_PAGE, destination.pk)


def _question(request: HttpRequest, destination: Destination, count: int, since: datetime, until: datetime) -> Question:
    lines = [
        gettext("{since} から {until} までに送った {count:,} 件を、もう一度送ります。").format(
            since=_told(since), until=_told(until), count=count
        ),
        gettext("それぞれ前と同じメッセージ ID で届くので、受信側は同じものだと分かります。"),
    ]
    kept = [(name, request.POST.get(name, "")) for name in ("since_0", "since_1", "until_0", "until_1")]
    title = gettext("「{name}」の再送").format(name=destination.name)
    button = Button(_SEND, gettext("{count:,} 件を再送する").format(count=count))
    return Question(title, lines, [button], reverse(_PAGE, args=[destination.pk]), kept)


def _told(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
