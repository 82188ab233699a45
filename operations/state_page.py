"""How the product does, for people: its parts, the queue, the schedules, the backups, and the way to Flower."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django_celery_beat.models import PeriodicTask

from backups.start_page import backup_figures
from operations.health import component_states
from operations.part_states import PartState, Row
from operations.proof_state import proof_row
from operations.task_queue import queue_length
from operations.telling import telling_row

#: Something is sent every minute; a restart may take one.
_BEAT_SILENT = timedelta(minutes=3)
#: So many messages, and more come than are taken.
_MANY_MESSAGES = 100


def state_page(request: HttpRequest) -> HttpResponse:
    """The frame at once; what has to be asked of others comes into it when it is there."""
    _check(request)
    address = settings.FLOWER_URL
    context = {
        **admin.site.each_context(request), "title": gettext("稼働状況"),
        # What a person wrote into a variable is no script.
        "flower_url": address if address.startswith(("http://", "https://")) else "",
    }  # fmt: skip
    return render(request, "admin/operations/state.html", context)


def state_parts(request: HttpRequest) -> HttpResponse:
    """What each part says now."""
    _check(request)
    now = timezone.now()
    context: dict[str, Any] = {"asked_at": now, "rows": _rows(now)}
    with suppress(DatabaseError):  # the rows say so
        context |= backup_figures(now)
    return render(request, "admin/operations/parts.html", context)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("backups.view_backuprecord"):
        raise PermissionDenied


def _rows(now: datetime) -> list[Row]:
    """Each part: what it is, how it does, and more of it in words."""
    names = {
        "database": gettext("データベース"), "cache": gettext("キャッシュ"), "broker": gettext("キュー"),
        "worker": gettext("ワーカー"), "notifier": gettext("通知の送信"),
    }  # fmt: skip
    rows = [(names[name], PartState(state.value), "") for name, state in component_states().items()]
    return [*rows, _messages(), _beat(now), telling_row(), proof_row(now)]


def _messages() -> Row:
    title = gettext("待っている仕事")
    try:
        _name, length = queue_length()
    except redis.RedisError:
        return title, PartState.UNAVAILABLE, ""
    state = PartState.BUSY if length >= _MANY_MESSAGES else PartState.OK
    return title, state, gettext("{length:,} 件").format(length=length)


def _beat(now: datetime) -> Row:
    title = gettext("定期実行")
    try:
        sent = PeriodicTask.objects.filter(enabled=True).aggregate(at=Max("last_run_at"))["at"]
    except DatabaseError:
        return title, PartState.UNAVAILABLE, ""
    if sent is None:
        return title, PartState.UNAVAILABLE, gettext("まだ何も実行していません。")
    state = PartState.UNAVAILABLE if now - sent > _BEAT_SILENT else PartState.OK
    return title, state, gettext("最後の実行 {at}").format(at=f"{timezone.localtime(sent):%Y-%m-%d %H:%M:%S}")
