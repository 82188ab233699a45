"""The whole product as its operator sees it: counted, followed through the logs, and watched while parts are away."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import psutil
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes.jquants import API_KEY, FakeJquants
from tests.local.product import Product, stop_database, stop_redis
from tests.local.stack import PROJECT, command_of, still_running, wait_for

BASE = "/api/v1/companies"


def ask(product: Product, path: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(product.base_url + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def scrape(product: Product) -> dict[str, float]:
    """Samples by their text, as in `celery_queue_length{queue="celery"}`."""
    token = json.loads((product.directory / "credentials.json").read_text())["metrics_token"]
    status, text = ask(product, "/metrics", Authorization=f"Bearer {token}")
    assert status == 200
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def synchronise(product: Product, request_id: str) -> str:
    headers = {"X-API-Key": product.api_key, "Content-Type": "application/json", "X-Request-ID": request_id}
    request = urllib.request.Request(f"{product.base_url}{BASE}/sync", b'{"force_update": true}', headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        sync_id = str(json.load(answer)["sync_id"])
    wait_for(lambda: product.ask(f"{BASE}/sync/runs/{sync_id}")["status"] == "completed")
    return sync_id


def test_a_sync_and_a_hundred_requests_are_counted_and_followed(product: Product, jquants: FakeJquants) -> None:
    """In one life of the product, because starting it takes longer than looking at it."""
    before, asked_before = scrape(product), len(jquants.requests)
    run_id = synchronise(product, "follow-me")
    check_what_was_counted(product, before, asked=len(jquants.requests) - asked_before)
    check_what_was_logged(product, run_id)
    check_signs_of_life(product)


def check_what_was_counted(product: Product, before: dict[str, float], *, asked: int) -> None:
    for _ in range(100):
        assert ask(product, f"{BASE}?limit=3", **{"X-API-Key": product.api_key})[0] == 200
    assert ask(product, f"{BASE}/0000", **{"X-API-Key": product.api_key})[0] == 404
    task = "syncjobs.tasks.execute_sync_run"
    succeeded = f'celery_tasks_total{{state="success",task="{task}"}}'
    wait_for(lambda: scrape(product).get(succeeded, 0) > before.get(succeeded, 0))

    found = scrape(product)

    more = {
        'api_requests_total{endpoint="company-list",method="GET",status="200"}': 100,
        'api_requests_total{endpoint="company-detail",method="GET",status="404"}': 1,
        'api_requests_total{endpoint="sync-start",method="POST",status="201"}': 1,
        'api_request_duration_seconds_count{endpoint="company-list"}': 100,
        'jquants_api_calls_total{status="200"}': asked,
        "jquants_response_time_seconds_count": asked,
        'sync_runs_total{status="completed"}': 1,
        succeeded: 1,
        f'celery_task_duration_seconds_count{{task="{task}"}}': 1,
    }
    assert {name: found[name] - before.get(name, 0) for name in more} == more
    now = {
        "active_companies": 40,
        'sync_overdue_seconds{source="J-Quants"}': 0,
        'sync_last_run_failed{source="J-Quants"}': 0,
        'data_source_healthy{source="J-Quants"}': 1,
        'celery_queue_length{queue="celery"}': 0,
        **{f'component_up{{component="{name}"}}': 1 for name in ("database", "cache", "broker", "worker", "notifier")},
    }
    assert {name: found.get(name) for name in now} == now
    cached = [f'cache_{outcome}_total{{cache_type="companies_list"}}' for outcome in ("hits", "misses")]
    assert sum(found[name] - before.get(name, 0) for name in cached) == 100
    assert found["db_query_duration_seconds_count"] > 0
    assert any(name.startswith("db_connections_active{") for name in found)
    assert abs(found['sync_last_success_timestamp_seconds{source="J-Quants"}'] - time.time()) < 60


def check_what_was_logged(product: Product, run_id: str) -> None:
    """One request is followed from its own line to the last of its task, and no secret is said anywhere."""
    log_path = product.directory / "run.log"
    wait_for(lambda: any(line["event"] == "task_succeeded" for line in lines_with(log_path, "follow-me")))

    lines = lines_with(log_path, "follow-me")

    events = [line["event"] for line in lines]
    for event in (
        "api_request",
        "task_enqueued",
        "sync_started",
        "task_started",
        "jquants_api_call",
        "snapshot_applied",
    ):
        assert events.count(event) == 1, (event, events)
    assert events.count("sync_status_changed") == 2
    assert events[-1] == "task_succeeded"
    assert {line["run_id"] for line in lines if "run_id" in line} == {run_id}
    credentials = json.loads((product.directory / "credentials.json").read_text())
    kept = json.loads((product.directory / "secrets.json").read_text())
    redis_url = json.loads((product.directory / "services.json").read_text())["BROKER_URL"]
    secrets = {
        API_KEY, credentials["api_key"], credentials["admin_password"], credentials["metrics_token"],
        *kept.values(), urllib.parse.urlsplit(redis_url).password,
    }  # fmt: skip
    text = log_path.read_text()
    assert len(secrets) >= 7
    assert [secret for secret in secrets if secret in text] == []


def processes_with(product: Product, word: str) -> list[psutil.Process]:
    children = psutil.Process(product.process.pid).children(recursive=True)
    return [child for child in still_running(children) if word in command_of(child)]


def lines_with(log_path: Path, request_id: str) -> list[dict[str, Any]]:
    lines = re.findall(r"\{.*\}$", log_path.read_text(), re.MULTILINE)
    return [line for line in map(json.loads, lines) if line.get("request_id") == request_id]


def component(product: Product, name: str) -> str:
    return str(json.loads(ask(product, "/readyz")[1])["components"][name])


def test_parts_that_die_are_named_within_ten_seconds_and_recover_by_themselves(product: Product) -> None:
    for stop, names in ((stop_redis, ("broker", "cache", "worker", "notifier")), (stop_database, ("database",))):
        start_again = stop(product)
        for name in names:
            wait_for(lambda name=name: component(product, name) == "unavailable", timeout_seconds=10)  # type: ignore[misc]
            assert scrape(product)[f'component_up{{component="{name}"}}'] == 0
        assert ask(product, "/healthz")[0] == 200
        start_again()
        wait_for(lambda: ask(product, "/readyz")[0] == 200)

    of_telling = processes_with(product, "deliveries")
    of_syncs = [process for process in processes_with(product, "worker") if process not in of_telling]
    for processes, away, there in ((of_syncs, "worker", "notifier"), (of_telling, "notifier", "worker")):
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        wait_for(lambda away=away: component(product, away) == "unavailable", timeout_seconds=10)  # type: ignore[misc]
        found = scrape(product)
        assert [found[f'component_up{{component="{name}"}}'] for name in (away, there)] == [0, 1]
        for process in processes:
            process.send_signal(signal.SIGCONT)
        wait_for(lambda: ask(product, "/readyz")[0] == 200)
    synchronise(product, "afterwards")


def test_a_prometheus_reads_it_and_the_dashboard_shows_something_everywhere(product: Product, prometheus: str) -> None:
    synchronise(product, "dashboard")
    command(product, "verify_history")

    def request_and_query(expression: str) -> Any:
        ask(product, f"{BASE}?limit=3", **{"X-API-Key": product.api_key})
        return query(prometheus, expression)

    dashboard = json.loads((PROJECT / "deploy/grafana/meigara.json").read_text())
    expressions = [t["expr"] for panel in dashboard["panels"] for t in panel.get("targets", [])]
    for expression in expressions:
        concrete = expression.replace("$__rate_interval", "30s")
        wait_for(lambda concrete=concrete: bool(request_and_query(concrete)))  # type: ignore[misc]
    assert len(expressions) > 20
    # The rules are the ones it knows, and it could evaluate each.
    rules = api(prometheus, "/api/v1/rules")["groups"]
    assert {rule["health"] for group in rules for rule in group["rules"]} <= {"ok", "unknown"}
    assert query(prometheus, 'up{job="meigara"}')[0]["value"][1] == "1"


def query(address: str, expression: str) -> Any:
    return api(address, f"/api/v1/query?{urllib.parse.urlencode({'query': expression})}")["result"]


def api(address: str, path: str) -> Any:
    with urllib.request.urlopen(address + path, timeout=10) as answer:
        return json.load(answer)["data"]


def check_signs_of_life(product: Product) -> None:
    """As the probes of containers look for them."""
    for part in ("worker", "notifier", "beat"):
        assert f"{part} は動いています" in command(product, f"check_{part}")


def command(product: Product, name: str) -> str:
    """What a management command prints that runs beside the product."""
    web = processes_with(product, "granian")[0]
    words = [sys.executable, "manage.py", name]
    done = subprocess.run(words, env=web.environ(), cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
