"""What readers ask for, past every cache: each question is asked for once."""

from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import quote

from django.contrib.auth.models import User
from django.test import Client, override_settings

from bench.long_life.costs import Cost, cost_of
from companies.models import Company, CompanyVersion, LedgerRevision, ListingSnapshot
from local.static_files import collect_static_files

_RUNS = 5


def measure_reading(key: str) -> Iterator[tuple[str, Cost]]:
    """Answers of the API and pages, by what is read."""
    collect_static_files()
    caller, person = Client(headers={"X-API-Key": key}), Client()
    person.force_login(User.objects.get_or_create(username="long-life-reader", is_superuser=True, is_staff=True)[0])
    for client, questions in ((caller, _api_paths()), (person, _page_paths())):
        for what, path_of in questions.items():
            _open(client, path_of(_RUNS))  # what each process has to load once
            yield what, cost_of(lambda run, client=client, path_of=path_of: _open(client, path_of(run)), runs=_RUNS)  # type: ignore[misc]


def _api_paths() -> dict[str, Callable[[int], str]]:
    """By what is asked for; the number of the run makes each another question. Days and revisions lie in the middle."""
    codes = list(Company.objects.filter(is_active=True).order_by("code").values_list("code", flat=True)[:200:7])
    often = CompanyVersion.objects.order_by("company_id")
    names = [quote(name[:2]) for name in often.values_list("company_name", flat=True)[:200:7]]
    holding = ListingSnapshot.objects.holding().order_by("date_in_force")
    days: list[date] = list(holding.values_list("date_in_force", flat=True))
    middle, newest = len(days) // 2, LedgerRevision.objects.latest("number").number

    def day(run: int) -> date:
        return days[min(middle + run, len(days) - 1)]

    def revision(share: float, run: int) -> int:
        return max(1, min(newest, round(newest * share) + run))

    def moment(run: int) -> str:
        return quote(LedgerRevision.objects.get(number=revision(0.5, run)).recorded_at.isoformat())

    return {
        "銘柄一覧 100 件": lambda run: f"/api/v1/companies?limit=100&offset={run}",
        "銘柄一覧（as_of）": lambda run: f"/api/v1/companies?as_of={day(run)}&limit=100",
        "銘柄一覧（known_at）": lambda run: f"/api/v1/companies?known_at={revision(0.5, run)}&limit=100",
        "銘柄一覧（known_at と as_of）": lambda run: (
            f"/api/v1/companies?known_at={revision(0.75, run)}&as_of={day(run)}&limit=100"
        ),
        "銘柄一覧（revision）": lambda run: f"/api/v1/companies?revision={revision(0.3, run)}&limit=100",
        "銘柄（known_at の日時）": lambda run: f"/api/v1/companies/{codes[run]}?known_at={moment(run)}",
        "銘柄の履歴": lambda run: f"/api/v1/companies/{codes[run]}/history",
        "銘柄の履歴（known_at）": lambda run: f"/api/v1/companies/{codes[run]}/history?known_at={revision(0.5, run)}",
        "検索": lambda run: f"/api/v1/companies/search?q={names[run]}",
        "イベント 100 件": lambda run: f"/api/v1/companies/events?limit=100&offset={run}",
        "イベント（最新の 20 日）": lambda run: f"/api/v1/companies/events?from={days[-20:][0]}&limit={90 + run}",
        "2 つの日の差分（隣り合う日）": lambda run: f"/api/v1/companies/changes?from={day(run)}&to={day(run + 1)}",
        "スナップショット 100 件": lambda run: f"/api/v1/snapshots?limit={90 + run}",
        "フィードの 1 ページ（最新の 20 改訂）": lambda run: f"/api/v1/feed?after={max(1, newest - 20 - run)}&limit=20",
        "フィードの 1 ページ（最初の 20 改訂）": lambda run: f"/api/v1/feed?after={run + 2}&limit=20",
    }


def _page_paths() -> dict[str, Callable[[int], str]]:
    companies = list(Company.objects.filter(is_active=True).order_by("code").values_list("pk", flat=True)[:200:7])
    newest = LedgerRevision.objects.latest("number").number
    return {
        "ホーム": lambda _: "/admin/",
        "銘柄一覧のページ": lambda _: "/admin/companies/company/",
        "銘柄のページ": lambda run: f"/admin/companies/company/{companies[run]}/change/",
        "イベントのページ": lambda _: "/admin/companies/listingevent/",
        "月別のページ": lambda _: "/admin/companies/listingevent/calendar/",
        "スナップショットのページ": lambda _: "/admin/companies/listingsnapshot/",
        "改訂のページ": lambda _: "/admin/companies/ledgerrevision/",
        "改訂 1 件のページ": lambda run: f"/admin/companies/ledgerrevision/{max(1, newest - run)}/change/",
    }


def _open(client: Client, path: str) -> int:
    """The bytes of the answer."""
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.content[:300]!r}")
    return len(b"".join(answer))
