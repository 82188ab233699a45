"""A folder of backups: how they are named, which of them stay, and when the next is due."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path

from environ import Env

from backups.errors import BackupError

_NAME = re.compile(r"meigara-(\d{8}T\d{6})Z\.backup")
_TIME = "%Y%m%dT%H%M%S"
#: A backup that is being written has this at the end of its name.
UNFINISHED = ".partial"


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """When backups are taken, which stay and how often one is restored on trial. `months` `None`: for ever."""

    at: time
    newest: int
    days: int
    months: int | None
    rehearse_every_days: int


def read_backup_plan(env: Env) -> BackupPlan:
    """From the environment. Raises `ValueError` with the name of the variable."""
    try:
        at = time.fromisoformat(str(env.str("BACKUP_AT", default="19:30")))
    except ValueError:
        raise ValueError("BACKUP_AT は時刻（日本時間、例: 19:30）にしてください。") from None
    months = str(env.str("BACKUP_KEEP_MONTHS", default="")).strip()
    numbers = {
        "BACKUP_KEEP_NEWEST": (env.str("BACKUP_KEEP_NEWEST", default="3"), 1),
        "BACKUP_KEEP_DAYS": (env.str("BACKUP_KEEP_DAYS", default="31"), 0),
        "BACKUP_KEEP_MONTHS": (months or "0", 0),
        "BACKUP_REHEARSE_EVERY_DAYS": (env.str("BACKUP_REHEARSE_EVERY_DAYS", default="7"), 0),
    }
    for name, (text, least) in numbers.items():
        if not str(text).isdecimal() or int(text) < least:
            raise ValueError(f"{name} は {least} 以上の整数にしてください。")
    newest, days, _, rehearse = (int(text) for text, _ in numbers.values())
    return BackupPlan(at, newest, days, int(months) if months else None, rehearse)


def name_of(moment: datetime) -> str:
    """Of the backup that begins at `moment`."""
    return f"meigara-{moment.astimezone(UTC).strftime(_TIME)}Z.backup"


def moment_of(name: str) -> datetime | None:
    """When the backup of that name began; `None` for what is none of ours."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], _TIME).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def backups_in(folder: Path) -> dict[datetime, Path]:
    """The finished ones, oldest first."""
    found = {moment_of(path.name): path for path in folder.iterdir()}
    return {moment: found[moment] for moment in sorted(moment for moment in found if moment)}


def newest_backup(folder: Path) -> Path:
    """Raises `BackupError` where there is none."""
    for path in reversed(backups_in(folder).values()):
        return path
    raise BackupError(f"{folder} にバックアップがありません。")


def superfluous(moments: Iterable[datetime], plan: BackupPlan, *, now: datetime, zone: tzinfo) -> set[datetime]:
    """Which backups may go: all but the newest few, the last one of each of the past days, and the last of each month."""
    ordered = sorted(moments)
    last_of_day = {moment.astimezone(zone).date(): moment for moment in ordered}
    last_of_month = {(day.year, day.month): moment for day, moment in last_of_day.items()}
    today = now.astimezone(zone).date()
    kept = set(ordered[-plan.newest :])
    kept |= {moment for day, moment in last_of_day.items() if (today - day).days < plan.days}
    kept |= {
        moment
        for (year, month), moment in last_of_month.items()
        if plan.months is None or 12 * (today.year - year) + today.month - month < plan.months
    }
    return set(ordered) - kept


def last_until(now: datetime, moments: Iterable[datetime]) -> datetime | None:
    """The last backup that began by now. One that a clock took which was ahead of ours puts none off."""
    return max((moment for moment in moments if moment <= now), default=None)


def is_due(last: datetime | None, plan: BackupPlan, *, now: datetime, zone: tzinfo) -> bool:
    """Whether the time of day has come by since the last backup began; at once where there is none."""
    local = now.astimezone(zone)
    wanted = datetime.combine(local.date(), plan.at, zone)
    if wanted > local:
        wanted -= timedelta(days=1)
    return last is None or last < wanted


def pause_after(failures: int) -> timedelta:
    """Until the next try: five minutes, longer each time, an hour at most."""
    return timedelta(minutes=min(60, 5 * 2 ** min(failures - 1, 10)))
