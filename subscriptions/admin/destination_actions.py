"""What a person does with a destination of their own, each by POST: try it, stop it, go on, change where and with which secret."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from sign_in.models import ChangeKind
from sign_in.recording import record_request
from subscriptions.admin.address_form import AddressForm
from subscriptions.admin.destination_host import host_of
from subscriptions.admin.resending_page import resend_range
from subscriptions.admin.resuming_page import resume_destination
from subscriptions.admin.rotating_page import rotate
from subscriptions.admin.way_back import WAY_BACK, asked_way_back, way_back_of
from subscriptions.choices import DestinationStatus, PauseReason
from subscriptions.destinations.mail_addresses import confirm, send_code_again
from subscriptions.destinations.states import pause
from subscriptions.destinations.trial import send_test
from subscriptions.models import Destination

_PAGE = "admin:subscriptions_destination_change"
Action = Callable[[HttpRequest, AdminSite, Destination], HttpResponse]


def urls(site: AdminSite) -> list[URLPattern]:
    """Routes of the actions. Those of the first kind do at once what is pressed; the others show a page that asks."""
    at_once: dict[str, Action] = {
        "test": _test, "pause": _pause, "confirm": _confirm, "send_code": _send_code,
    }  # fmt: skip
    asking: dict[str, Action] = {
        "resume": resume_destination, "rotate": rotate, "resend": resend_range, "address": _change_address,
    }  # fmt: skip
    return [
        path(f"<int:pk>/{name}/", _own(site, action, by_post=name in at_once), name=f"subscriptions_destination_{name}")
        for name, action in {**at_once, **asking}.items()
    ]


def _own(site: AdminSite, action: Action, *, by_post: bool) -> Any:
    """Of one's own destinations only, whoever asks."""

    def checked(request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("subscriptions.change_destination"):
            raise PermissionDenied
        destination = get_object_or_404(Destination, pk=pk, owner=request.user.pk)
        if by_post and request.method != "POST":  # the way back from signing in again: nothing is done by it
            return redirect(_PAGE, pk)
        return action(request, site, destination)

    return site.admin_view(checked)


def _test(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    try:
        send_test(destination)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, gettext("テスト送信を始めました。結果は「最近の配信」に表示します。"))
    return redirect(_PAGE, destination.pk)


def _pause(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    before = destination.status
    with transaction.atomic():
        is_done = pause(destination, PauseReason.BY_PERSON)
        if is_done:
            record_request(request, destination, ChangeKind.CHANGED, values={"status": [before, DestinationStatus.PAUSED.value]})  # fmt: skip
    if is_done:
        messages.success(request, gettext("「{name}」を停止しました。起きたことは 30 日間、送らずに残します。").format(name=destination.name))  # fmt: skip
    else:
        messages.info(request, gettext("すでに停止しています。"))
    return redirect(_PAGE, destination.pk)


def _confirm(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    before = destination.status
    try:
        confirm(destination, request.POST.get("code", ""))  # in no transaction of ours: a wrong code counts
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return _stay(request, destination)
    record_request(request, destination, ChangeKind.CHANGED, values={"status": [before, destination.status]})
    messages.success(request, gettext("メールアドレスを確認しました。これから通知が届きます。"))
    return redirect(way_back_of(request, destination) or reverse(_PAGE, args=[destination.pk]))


def _send_code(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    try:
        send_code_again(destination)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, gettext("コードをもう一度送りました。前のコードは使えません。"))
    return _stay(request, destination)


def _stay(request: HttpRequest, destination: Destination) -> HttpResponse:
    page = reverse(_PAGE, args=[destination.pk])
    way = asked_way_back(request)
    return redirect(f"{page}?{urlencode({WAY_BACK: way})}" if way else page)


@sensitive_post_parameters("url")
@sensitive_variables("form")
def _change_address(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    form = AddressForm(request.POST or None, destination=destination)
    host = host_of(destination)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            is_done = form.save()
            if is_done:
                destination.refresh_from_db()
                record_request(request, destination, ChangeKind.SECRET_CHANGED, values={"shown_address": [host, host_of(destination)]})  # fmt: skip
        if is_done:
            messages.success(request, gettext("宛先を変えました。待っているものも新しい宛先に送ります。"))
            return redirect(_PAGE, destination.pk)
    context = {
        **site.each_context(request), "title": gettext("「{name}」の宛先を変える").format(name=destination.name),
        "opts": Destination._meta, "original": destination, "form": form,
    }  # fmt: skip
    return render(request, "admin/subscriptions/destination/address.html", context)
