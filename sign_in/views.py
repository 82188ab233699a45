"""The pages of the second factor: the code after the password, and switching it on and off."""

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from unfold.widgets import UnfoldAdminTextInputWidget

from sign_in.attempts import may_try_code, note_wrong_code
from sign_in.known_browsers import note_sign_in
from sign_in.lockout_page import show_lockout
from sign_in.models import ChangeKind
from sign_in.recording import record_request
from sign_in.second_factor import begin, confirm, has_second_factor, is_right, remove
from sign_in.second_factor_middleware import PENDING


class CodeForm(forms.Form):
    """One code, as people write it: spaces and hyphens do not matter."""

    code = forms.CharField(
        label=_("コード"), max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autofocus": True, "size": 12}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Without what only helps reading."""
        return "".join(character for character in self.cleaned_data["code"].lower() if character.isalnum())

    def refuse(self) -> None:
        """Say that it was the wrong one."""
        self.add_error("code", gettext("コードが違います。続けて間違えると、しばらく受け付けなくなります。"))


@never_cache
@sensitive_post_parameters("code")
def code_page(request: HttpRequest) -> HttpResponse:
    """Ask for the code that the password alone does not replace."""
    form = CodeForm(request.POST or None)
    if PENDING not in request.session:
        return redirect(_next(request))
    if request.method == "POST" and form.is_valid():
        if not may_try_code(request):
            return show_lockout(request)
        if is_right(request.user, form.cleaned_data["code"]):
            note_sign_in(request)
            del request.session[PENDING]
            request.session.cycle_key()
            return redirect(_next(request))
        note_wrong_code(request)
        form.refuse()
    return _show(request, "code.html", form=form, next=_next(request))


@never_cache
@sensitive_post_parameters("code")
@sensitive_variables("codes", "device")
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Switch the second factor on by a code of the app, or off by one."""
    form = CodeForm(request.POST or None)
    is_on = has_second_factor(request.user)
    if request.method == "POST" and form.is_valid():
        if not may_try_code(request):
            return show_lockout(request)
        if is_on and is_right(request.user, form.cleaned_data["code"]):
            remove(request.user)
            record_request(request, request.user, ChangeKind.SECOND_FACTOR_REMOVED)  # type: ignore[arg-type] # signed in
            messages.success(request, gettext("二段階認証を解除しました。"))
            return redirect("second_factor")
        if not is_on and (codes := confirm(request.user, form.cleaned_data["code"])):
            request.session.pop(PENDING, None)
            note_sign_in(request)
            return _show(request, "paper_codes.html", codes=codes)
        note_wrong_code(request)
        form.refuse()
    device = None if is_on else begin(request.user)
    return _show(
        request,
        "second_factor.html",
        form=form,
        is_on=is_on,
        qr=device and _draw(device),
        key=device and _spell(device),
    )


def _show(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    page = {**admin.site.each_context(request), "title": gettext("二段階認証"), **context}
    return render(request, f"admin/second_factor/{template}", page)


def _draw(device: Any) -> str:
    """The key as a QR code, in the form of authenticator apps (Google Authenticator wiki, "Key Uri Format")."""
    drawing = segno.make(device.config_url, error="m").svg_inline(scale=5, dark="#000", light="#fff")
    return mark_safe(drawing)  # noqa: S308 made by the line above


def _spell(device: Any) -> str:
    """The key as people type it: base 32 in groups of four."""
    letters = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # A word that is no path would be taken for the name of a page.
    return wanted if is_ours and wanted.startswith("/") else reverse("admin:index")
