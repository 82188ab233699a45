"""`/api/`: how to begin with the API, for people who write programs."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from api.code_samples import KEY_PLACE, code_samples
from api.models import ApiKey


@staff_member_required
def developers_page(request: HttpRequest) -> HttpResponse:
    """A key, programs to start from with the key filled in, limits, the stream of changes, and what is promised of the future."""
    base_url = request.build_absolute_uri("/api/v1")
    usual_limit = ApiKey._meta.get_field("rate_limit_per_hour").default
    context = {
        **admin.site.each_context(request), "title": gettext("API を使う"), "base_url": base_url, "key_place": KEY_PLACE,
        "samples": code_samples(base_url), "usual_limit": usual_limit,
        "version": settings.SPECTACULAR_SETTINGS["VERSION"],
    }  # fmt: skip
    return render(request, "admin/api/developers.html", context)
