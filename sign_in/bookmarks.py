"""Redirects for addresses that people bookmark: of the sign-in, of what comes after it, without the slash at the end."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache


@never_cache
def login_page(request: HttpRequest) -> HttpResponseBase:
    """The form; who is signed in already goes where they wanted to, which Django would forget."""
    if request.method == "GET" and admin.site.has_permission(request):
        wanted = request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        is_sign_in = wanted.startswith(("/admin/login", "/admin/logout"))
        return redirect(wanted if is_ours and not is_sign_in else "admin:index")
    page: HttpResponse = admin.site.login(request)
    return page


def logout_page(request: HttpRequest) -> HttpResponseBase:
    """Signing out is a POST; its address alone leads to the first page."""
    if request.method == "GET":
        return redirect("admin:index")
    page: HttpResponse = admin.site.logout(request)
    return page


def add_slash(request: HttpRequest) -> HttpResponse:
    """`/admin` and what is below it, typed without the slash. (Django would do so for the whole site, the API included.)"""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{request.path}/{'?' if query else ''}{query}")
