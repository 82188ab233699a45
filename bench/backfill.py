"""Bringing in 250 daily lists of 4,400 issues, 1% changed each day, by a worker from a service over HTTP."""

import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import psutil

from bench.report import Measurement
from companies.models import ListingSnapshot
from config.celery import app
from datasources.choices import Plan
from datasources.credentials import Credentials, store_credentials
from datasources.models import DataSource
from syncjobs.choices import ACTIVE_STATUSES, RunStatus
from syncjobs.runs import start_backfill
from tests.fakes.jquants import API_KEY
from tests.syncjobs.worker import Worker

_DAYS = 250
_MIB = 1024 * 1024


def measure_backfill(*, by_files: bool = False) -> list[Measurement]:
    """Seconds for the whole run, the requests to the API, and the most memory that the worker with its children held; day by day, or
    with the help of bulk files.
    """
    service = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes", "--port", "0", "--days", str(_DAYS), "--packed", "--bulk"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        base_url = (service.stdout.readline() if service.stdout else "").split()[0].partition("=")[2]
        source = DataSource.objects.create(plan=Plan.UNLIMITED, base_url=base_url, uses_bulk_files=by_files)
        store_credentials(source, Credentials(API_KEY))
        with tempfile.TemporaryDirectory() as directory:
            worker = Worker(Path(directory) / "worker.log", queue="bench", LOG_LEVEL="INFO").start()
            app.conf.task_default_queue = worker.queue
            try:
                return _watch(source, worker)
            finally:
                worker.stop()
    finally:
        service.kill()
        service.wait()


def _watch(source: DataSource, worker: Worker) -> list[Measurement]:
    started = time.perf_counter()
    run = start_backfill(source, first=date(2020, 1, 1), last=date.today(), requested_by="bench")  # noqa: DTZ011
    largest = 0.0
    while run.status in ACTIVE_STATUSES:
        time.sleep(1)  # counting memory takes time from the worker
        run.refresh_from_db()
        largest = max(largest, _memory(worker))
    seconds = time.perf_counter() - started
    if run.status != RunStatus.COMPLETED or ListingSnapshot.objects.count() != _DAYS:
        raise RuntimeError(f"back-fill: {run.status} {run.error_message} {ListingSnapshot.objects.count()}")
    by_files = source.uses_bulk_files
    way = "（一括ファイル）" if by_files else ""
    requests = worker.log().count("jquants_api_call")
    return [
        Measurement(f"250 営業日の一括取得{way}", seconds, 30, 1, "s"),
        Measurement(f"一括取得中の API へのリクエスト{way}", requests, 60 if by_files else _DAYS + 2, 1, "回"),
        Measurement(f"一括取得中のワーカー（全プロセス、PSS）{way}", largest, 300, 1, "MiB"),
    ]


def _memory(worker: Worker) -> float:
    """What the worker and its children hold, shared pages counted once, in MiB."""
    main = psutil.Process(worker.process.pid)
    total = 0
    for process in [main, *main.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / _MIB
