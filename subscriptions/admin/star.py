"""The star on a company's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from companies.models import Company
from subscriptions.watching import ListIsFull, set_star


def star(request: HttpRequest, code: str) -> HttpResponse:
    """Put the company on the person's first list or take it off, as the form says, and go back to its page."""
    if not request.user.has_perm("subscriptions.change_watchlist") or not request.user.has_perm(
        "companies.view_company"
    ):
        raise PermissionDenied
    company = Company.objects.filter(code=code).first()
    if company is None:
        raise Http404
    is_on = request.POST.get("is_on") == "1"
    try:
        watch_list = set_star(request.user, code, is_on=is_on)
    except ListIsFull as full:
        messages.error(
            request, gettext("「{name}」はいっぱいです。銘柄を減らすか、別のリストを作ってください。").format(name=full)
        )
    else:
        text = (
            gettext("{code} を「{name}」に追加しました。") if is_on else gettext("{code} を「{name}」から外しました。")
        )
        words = text.format(code=code, name=watch_list or "")
        if is_on and watch_list is not None and request.user.has_perm("subscriptions.add_subscription"):
            way = f"{reverse('admin:subscriptions_subscription_add')}?watch_list={watch_list.pk}"
            words = format_html('{} <a class="underline" href="{}">{}</a>', words, way, gettext("この変化を通知する"))
        messages.success(request, words)
    return redirect("admin:companies_company_change", company.pk)
