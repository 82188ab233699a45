"""Adding a destination: first which channel, then only its own fields, then what is shown once or has to be confirmed."""

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from sign_in.models import ChangeKind
from sign_in.recording import record_request
from subscriptions.admin.destination_forms import FORMS, DestinationForm, Made
from subscriptions.admin.destination_host import host_of
from subscriptions.admin.shown_once import show_once
from subscriptions.admin.way_back import WAY_BACK, asked_way_back, way_back_of
from subscriptions.channels.mail_server import is_mail_set
from subscriptions.choices import Channel, DestinationStatus
from subscriptions.destinations.mail_addresses import mail_not_set
from subscriptions.models import Destination

#: What each channel is for, and its sign.
_EXPLAINED = {
    Channel.WEBHOOK: ("webhook", _("自分のシステムに、署名付きの JSON を送ります。届くまで 3 日間送り直します。")),
    Channel.MAIL: ("mail", _("メールアドレスに送ります。届いたコードを入力すると使えます。")),
    Channel.CHAT: ("forum", _("Slack・Teams・Discord などのチャンネルに投稿します。")),
    Channel.ATOM: ("rss_feed", _("フィードリーダーで読むアドレスを作ります。こちらからは何も送りません。")),
}


@sensitive_post_parameters("url")
def add_destination(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The choice of channels; with one, its form; by POST what came of it."""
    if not request.user.has_perm("subscriptions.add_destination"):
        raise PermissionDenied
    chosen = request.GET.get("channel", "")
    if chosen not in Channel.values:
        if chosen:
            messages.error(request, gettext("その方法はありません。下から選んでください。"))
        return _choose(request, site)
    channel = Channel(chosen)
    form = FORMS[channel](request.POST or None, owner=request.user)
    if request.method == "POST" and form.is_valid() and (made := _make(request, form, channel)) is not None:
        return _answer(request, site, *made)
    context = {
        **_shared(request, site), "title": gettext("{channel}を追加").format(channel=channel.label), "form": form, "channel": channel,
    }  # fmt: skip
    return render(request, "admin/subscriptions/destination/add.html", context)


def _choose(request: HttpRequest, site: AdminSite) -> HttpResponse:
    kept = {WAY_BACK: way} if (way := asked_way_back(request)) else {}
    missing = {} if is_mail_set() else {Channel.MAIL: mail_not_set()}
    channels = [
        (channel.label, icon, words, f"?{urlencode({'channel': channel.value, **kept})}", missing.get(channel, ""))
        for channel, (icon, words) in _EXPLAINED.items()
    ]
    context = {**_shared(request, site), "title": gettext("通知先を追加"), "channels": channels}
    return render(request, "admin/subscriptions/destination/choose.html", context)


def _shared(request: HttpRequest, site: AdminSite) -> dict[str, Any]:
    return {
        **site.each_context(request), "opts": Destination._meta, "way_back": WAY_BACK, "next": asked_way_back(request),
    }  # fmt: skip


def _make(request: HttpRequest, form: DestinationForm, channel: Channel) -> Made | None:
    # A mail is sent on the way: in no transaction.
    with nullcontext() if channel is Channel.MAIL else transaction.atomic():
        if (made := form.save()) is None:
            return None
        destination, _plain = made
        values = {"name": destination.name, "channel": destination.channel, "shown_address": host_of(destination), "language": destination.language}  # fmt: skip
        record_request(
            request, destination, ChangeKind.ADDED, values={name: [None, value] for name, value in values.items() if value}
        )  # fmt: skip
    return made


def _answer(request: HttpRequest, site: AdminSite, destination: Destination, plain: str) -> HttpResponse:
    """What is shown once is the answer itself; a mail address waits for its code; a chat is ready."""
    if plain:
        return show_once(request, site, destination, plain)
    if destination.status == DestinationStatus.UNCONFIRMED:
        messages.info(request, gettext("確認のコードを送りました。届いたコードを入力してください。"))
        page = reverse("admin:subscriptions_destination_change", args=[destination.pk])
        way = asked_way_back(request)
        return redirect(f"{page}?{urlencode({WAY_BACK: way})}" if way else page)
    messages.success(request, gettext("通知先「{name}」を追加しました。").format(name=destination.name))
    return redirect(way_back_of(request, destination) or reverse("admin:subscriptions_destination_change", args=[destination.pk]))  # fmt: skip
