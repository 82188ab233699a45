"""What readers ask for, past every cache: each question is asked for once."""

from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import quote

from django.contrib.auth.models import User
from django.test import Client, override_settings

from bench.long_life.costs import Cost, cost_of
from companies.models import Company, CompanyVersion, LedgerRevision, ListingSnapshot
from local.static_files import collect_static_files

LISTS = "スナップショット 100 件"
FEED_LAST = "フィードの 1 ページ（最新の 20 改訂）"
FEED_FIRST = "フィードの 1 ページ（最初の 20 改訂）"
COMPANY_PAGE = "銘柄のページ"
EVENTS_PAGE = "イベントのページ"
MONTHS_PAGE = "月別のページ"
LISTS_PAGE = "スナップショットのページ"
REVISIONS_PAGE = "改訂のページ"
REVISION_PAGE = "改訂 1 件のページ"
KNOWN_THEN = KNOWN_ALL, KNOWN_DAY, KNOWN_REVISION, KNOWN_MOMENT = (
    "銘柄一覧（known_at）",
    "銘柄一覧（known_at と as_of）",
    "銘柄一覧（revision）",
    "銘柄（known_at の日時）",
)
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
        KNOWN_ALL: lambda run: f"/api/v1/companies?known_at={revision(0.5, run)}&limit=100",
        KNOWN_DAY: lambda run: f"/api/v1/companies?known_at={revision(0.75, run)}&as_of={day(run)}&limit=100",
        KNOWN_REVISION: lambda run: f"/api/v1/companies?revision={revision(0.3, run)}&limit=100",
        KNOWN_MOMENT: lambda run: f"/api/v1/companies/{codes[run]}?known_at={moment(run)}",
        "銘柄の履歴": lambda run: f"/api/v1/companies/{codes[run]}/history",
        "銘柄の履歴（known_at）": lambda run: f"/api/v1/companies/{codes[run]}/history?known_at={revision(0.5, run)}",
        "検索": lambda run: f"/api/v1/companies/search?q={names[run]}",
        "イベント 100 件": lambda run: f"/api/v1/companies/events?limit=100&offset={run}",
        "イベント（最新の 20 日）": lambda run: f"/api/v1/companies/events?from={days[-20:][0]}&limit={90 + run}",
        "2 つの日の差分（隣り合う日）": lambda run: f"/api/v1/companies/changes?from={day(run)}&to={day(run + 1)}",
        LISTS: lambda run: f"/api/v1/snapshots?limit={90 + run}",
        FEED_LAST: lambda run: f"/api/v1/feed?after={max(1, newest - 20 - run)}&limit=20",
        FEED_FIRST: lambda run: f"/api/v1/feed?after={run + 2}&limit=20",
    }


def _page_paths() -> dict[str, Callable[[int], str]]:
    companies = list(Company.objects.filter(is_active=True).order_by("code").values_list("pk", flat=True)[:200:7])
    newest = LedgerRevision.objects.latest("number").number
    return {
        "ホーム": lambda _: "/admin/",
        "銘柄一覧のページ": lambda _: "/admin/companies/company/",
        COMPANY_PAGE: lambda run: f"/admin/companies/company/{companies[run]}/change/",
        EVENTS_PAGE: lambda _: "/admin/companies/listingevent/",
        MONTHS_PAGE: lambda _: "/admin/companies/listingevent/calendar/",
        LISTS_PAGE: lambda _: "/admin/companies/listingsnapshot/",
        REVISIONS_PAGE: lambda _: "/admin/companies/ledgerrevision/",
        REVISION_PAGE: lambda run: f"/admin/companies/ledgerrevision/{max(1, newest - run)}/change/",
    }


def _open(client: Client, path: str) -> int:
    """The bytes of the answer."""
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.content[:300]!r}")
    return len(b"".join(answer))
