"""Evenings with a clock that the test holds: business days from Tuesday 2026-09-01 on, on each of which one issue is renamed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django_celery_beat.models import PeriodicTask

from companies.listed_issue import ListedIssue
from companies.models import ListingSnapshot
from datasources.models import DataSource
from syncjobs.due_runs import decide_due_runs
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.schedule_times import EVENING, MORNING
from tests.factories import make_issue
from tests.fakes.jquants import FakeJquants

JAPAN = ZoneInfo("Asia/Tokyo")
FIRST = date(2026, 9, 1)
#: Silver Week: Monday to Wednesday.
HOLIDAYS = [date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 23)]


def at(text: str) -> datetime:
    """`09-01 18:00` in Japan."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=JAPAN)


def day(text: str) -> date:
    """`09-01`."""
    return date.fromisoformat(f"2026-{text}")


def business_days(count: int) -> list[date]:
    """From the first on, without weekends and holidays."""
    days = (FIRST + timedelta(days=ahead) for ahead in range(count * 2 + 10))
    return [one for one in days if one.weekday() < 5 and one not in HOLIDAYS][:count]


def publish(jquants: FakeJquants, days: list[date]) -> None:
    """On each day another issue has a new name from then on."""
    jquants.lists.clear()
    names = {str(1301 + step): f"会社{step}" for step in range(60)}
    for number, one in enumerate(days):
        names[str(1301 + number)] = f"新会社{number}"
        jquants.publish(one, _issues(names))


def _issues(names: dict[str, str]) -> list[ListedIssue]:
    return [make_issue(code, company_name=name) for code, name in names.items()]


def begin(source: DataSource) -> None:
    """As if it had been set up late the day before, where lists come at 18:00 on the day itself."""
    DataSource.objects.filter(pk=source.pk).update(created_at=at("08-31 20:00"))
    PeriodicTask.objects.filter(task__in=(EVENING, MORNING)).update(enabled=False)


def decide(text: str) -> list[SyncRun]:
    """Decide at that minute, and do the work of what was started, here."""
    runs = decide_due_runs(at(text))
    for run in runs:
        execute_run(run.pk, lambda: at(text))
        run.refresh_from_db()
    return runs


def attempts_between(first: str, last: str, *, every: int = 1) -> list[str]:
    """The minutes at which something was started, of all from the first to the last, or of some where it should be quiet."""
    started, now = [], at(first)
    while now <= at(last):
        if decide(f"{now:%m-%d %H:%M}"):
            started.append(f"{now:%H:%M}")
        now += timedelta(minutes=every)
    return started


def recorded() -> list[date]:
    """The days in the ledger."""
    return list(ListingSnapshot.objects.order_by("date_in_force").values_list("date_in_force", flat=True))
