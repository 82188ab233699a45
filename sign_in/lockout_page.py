"""What a person sees who has tried too many passwords or codes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_lockout(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """429 with a page in words; the name is not repeated, so that it says nothing of which names exist."""
    answer = render(request, "admin/sign_in_paused.html", status=429)
    answer.headers["Retry-After"] = "900"
    return answer
