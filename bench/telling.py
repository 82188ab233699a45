"""Telling a thousand destinations of one revision of 200 events, with a receiver among them that never answers, and without."""

import os
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from bench.lists import make_list
from bench.report import Figure, Relation
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from subscriptions.choices import DeliveryStatus, NoticeKind
from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.making import make_webhook
from subscriptions.destinations.models import Destination
from subscriptions.told.planning import plan_deliveries
from subscriptions.told.subscribing import subscribe

_PEOPLE, _EACH, _EVENTS = 50, 20, 200
_DEAD = "dead"


@dataclass(frozen=True, slots=True)
class _Told:
    """Seconds: for planning; until all of the living were told; by which 95 of 100 of them were; of the processor, for sending."""

    planning: float
    living: float
    p95: float
    count: int
    processor: float


def measure_telling() -> tuple[list[Figure], list[Relation]]:
    """Figures, and how much longer the living wait where one is dead."""
    receiver = subprocess.Popen([sys.executable, "-m", "bench.receiving"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(receiver.stdout.readline() if receiver.stdout else 0)
        with override_settings(ALLOW_PRIVATE_RECEIVERS=True), socket.socket() as dead:
            # Connections are taken by the system, and nobody ever reads.
            dead.bind(("127.0.0.1", 0))
            dead.listen(64)
            issues = make_list(4_400)
            _prepare(issues, port)
            _tell(_renamed(issues, 0), _days_ago(3))  # warms what every process warms once
            without = _tell(_renamed(issues, 1), _days_ago(2))
            _make_one_dead(dead.getsockname()[1])
            with_dead = _tell(_renamed(issues, 2), _days_ago(1))
    finally:
        receiver.kill()
        receiver.wait()
    return _figures(without, with_dead), [
        Relation("95 % までの時間: 応答しない受信側が 1 つある ÷ ない", with_dead.p95 / without.p95, at_most=1.25)
    ]


def _days_ago(days: int) -> date:
    """What is of long ago is history, and no news."""
    return timezone.localdate() - timedelta(days=days)


def _prepare(issues: list[ListedIssue], port: int) -> None:
    call_command("flush", verbosity=0, interactive=False)
    apply_snapshot(_days_ago(4), issues, "jquants")
    for number in range(_PEOPLE):
        person = User.objects.create_superuser(f"person{number}")
        for each in range(_EACH):
            hook, _ = make_webhook(owner=person, name=f"{each}", url=f"http://127.0.0.1:{port}/{number}/{each}")
            subscribe(owner=person, name=f"{each}", destination=hook, kinds=[NoticeKind.RENAMED])


def _renamed(issues: list[ListedIssue], number: int) -> list[ListedIssue]:
    """Other names for the next 200."""
    first = number * _EVENTS
    return [
        replace(issue, company_name=f"{issue.company_name}新{number}") if first <= place < first + _EVENTS else issue
        for place, issue in enumerate(issues)
    ]


def _make_one_dead(port: int) -> None:
    owner = User.objects.create_superuser(_DEAD)
    hook, _ = make_webhook(owner=owner, name=_DEAD, url=f"http://127.0.0.1:{port}/")
    subscribe(owner=owner, name=_DEAD, destination=hook, kinds=[NoticeKind.RENAMED])
    # The first in line.
    Destination.objects.filter(pk=hook.pk).update(next_attempt_at=timezone.now() - timedelta(days=1))


def _tell(issues: list[ListedIssue], day: date) -> _Told:
    apply_snapshot(day, issues, "jquants", force=True)
    newest = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    began = time.perf_counter()
    while plan_deliveries(timezone.now()):
        pass
    planning = time.perf_counter() - began
    started_at, processor = timezone.now(), time.process_time()
    with Dispatcher() as dispatcher:
        while dispatcher.send_due(60):
            pass
    processor = time.process_time() - processor
    living = Delivery.objects.filter(pk__gt=newest).exclude(destination__name=_DEAD)
    if living.exclude(status=DeliveryStatus.DELIVERED).exists():
        raise RuntimeError("not everybody was told")
    ends = living.exclude(ended_at=None).values_list("ended_at", flat=True)
    waits = sorted((ended - started_at).total_seconds() for ended in ends if ended)
    return _Told(planning, waits[-1], statistics.quantiles(waits, n=20)[-1], len(waits), processor)


def _figures(without: _Told, with_dead: _Told) -> list[Figure]:
    return [
        Figure("通知先の数", without.count, ""),
        Figure("計画（1 改訂、200 件のイベント）", without.planning, "s"),
        Figure("送信", without.count / without.living, "件/s"),
        Figure("送信 1 件の CPU 時間", without.processor / without.count * 1000, "ms"),
        Figure("95 % までの時間: 全員が応答する", without.p95, "s"),
        Figure("95 % までの時間: 応答しない受信側が 1 つある", with_dead.p95, "s"),
        Figure("全員まで: 全員が応答する", without.living, "s"),
        Figure("全員まで（応答する受信側）: 応答しない受信側が 1 つある", with_dead.living, "s"),
        Figure("同時に送る数", settings.DELIVERY_LIMITS.threads, ""),
        Figure("測定時の負荷（1 分平均）", os.getloadavg()[0], ""),
    ]
