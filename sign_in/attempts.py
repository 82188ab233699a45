"""How many wrong passwords and codes are taken, from whom: axes keeps the attempts, the rules are here.

Counted are a person's attempts from one address, all attempts from an address whatever the names, and all attempts for a
name whatever the addresses. A browser in which the person has signed in before is counted by itself, so that nobody is
locked out by what others try.
"""

from datetime import timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

import structlog
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from axes.models import AccessFailureLog
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from sign_in.client_address import counted_address
from sign_in.known_browsers import find_browser

logger = structlog.get_logger(__name__)

_KNOWN = "known browser "
#: Ahead of a name whose codes are counted. The sign-in form cannot send it: it takes spaces off.
_CODE = " code "


def address_of(request: HttpRequest) -> str | None:
    """What axes counts by."""
    return counted_address(request.META) or None


def may_try_code(request: HttpRequest) -> bool:
    """Whether the signed-in person's next code is looked at."""
    return bool(AxesProxyHandler.is_allowed(request, _of_codes(request)))


def note_wrong_code(request: HttpRequest) -> None:
    """Count one."""
    AxesProxyHandler.user_login_failed(sender=__name__, credentials=_of_codes(request), request=request)


class AttemptHandler(AxesDatabaseHandler):  # type: ignore[misc] # untyped
    """Axes' own, with the rules of this module. One row is one failure: an old one stops counting by itself."""

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """As many as axes is set to refuse at, where one of the rules refuses."""
        return int(settings.AXES_FAILURE_LIMIT) if _is_too_many(request, _name_of(credentials)) else 0

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
        """Keep one. What comes during a pause is not looked at, and does not prolong it."""
        if request is None:
            return
        name = _name_of(credentials)
        request.axes_credentials = credentials
        if request.axes_locked_out:
            return
        self.clean_expired_user_attempts(request)
        AccessFailureLog.objects.create(
            username=name, ip_address=request.axes_ip_address, user_agent=_agent_of(request, name),
            http_accept="", path_info=request.axes_path_info, attempt_time=request.axes_attempt_time,
        )  # fmt: skip
        request.axes_locked_out = _is_too_many(request, name)
        logger.warning("sign_in_failed", address=request.axes_ip_address, is_paused=request.axes_locked_out)

    def reset_user_attempts(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """After a success: the person's own from there. What the same address tried with other names stays."""
        name = _name_of(credentials)
        own = Q(username=name, ip_address=request.axes_ip_address) | Q(
            username=name, user_agent=_agent_of(request, name)
        )
        return int(AccessFailureLog.objects.filter(own).delete()[0])

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """For the commands `axes_reset`, `axes_reset_ip` and `axes_reset_username`."""
        given = [Q(ip_address=ip_address)] * bool(ip_address) + [Q(username=username)] * bool(username)
        condition = reduce(or_ if ip_or_username else and_, given, Q())
        return int(AccessFailureLog.objects.filter(condition).delete()[0])

    def clean_expired_user_attempts(self, request: Any = None, credentials: dict[str, Any] | None = None) -> int:
        """Forget those that no rule looks at any more."""
        oldest = timezone.now() - settings.AXES_COOLOFF_TIME
        return int(AccessFailureLog.objects.filter(attempt_time__lt=oldest).delete()[0])


def _is_too_many(request: Any, name: str) -> bool:
    rules = settings.SIGN_IN_LIMITS["code" if name.startswith(_CODE) else "password"]
    agent = _agent_of(request, name)
    if agent.startswith(_KNOWN):
        return _reaches(Q(username=name, user_agent=agent), rules["one"], request)
    strangers, address = ~Q(user_agent__startswith=_KNOWN), request.axes_ip_address
    return (
        _reaches(strangers & Q(username=name, ip_address=address), rules["one"], request)
        or _reaches(strangers & Q(username=name), rules["name"], request)
        or _reaches(strangers & Q(ip_address=address), rules["address"], request)
    )


def _reaches(condition: Q, allowed: tuple[int, timedelta], request: Any) -> bool:
    failures, within = allowed
    since = request.axes_attempt_time - within
    return int(AccessFailureLog.objects.filter(condition, attempt_time__gte=since).count()) >= failures


def _agent_of(request: Any, name: str) -> str:
    """Under which a failure is kept. Nobody becomes a known browser by calling itself one."""
    browser = find_browser(request, name.removeprefix(_CODE))
    return f"{_KNOWN}{browser}" if browser else request.axes_user_agent.removeprefix(_KNOWN)


def _of_codes(request: Any) -> dict[str, Any]:
    credentials: dict[str, Any] = get_credentials(f"{_CODE}{request.user.get_username()}")
    return credentials


def _name_of(credentials: dict[str, Any] | None) -> str:
    return str((credentials or {}).get("username") or "")[:255]
