"""Sources that do not show the list of the next business day: noticed once, said once, and not asked again until something changes."""

import hashlib
from datetime import datetime, timedelta

import structlog
from django.utils import timezone
from django.utils.translation import gettext

from datasources.choices import NextDay
from datasources.errors import SourceError
from datasources.models import DataSource
from datasources.providers import list_provider_of
from syncjobs.models import ExpectedList, NextDayRefusal, SyncRun
from syncjobs.recorded_texts import BY_SCHEDULE

logger = structlog.get_logger(__name__)

#: Whatever did not change with us may have changed with the provider.
ASKED_AGAIN_AFTER = timedelta(days=30)
_REFUSING_STATUSES = {400, 403, 404, 422}
# Of an account that promises the list a request that was refused without a word of the plan may be a fault of the moment.
_ATTEMPTS_OF_DOUBT = 3
# An answer with another day is given before the list is published, too: so many attempts take 18 minutes, which is not yet an alert.
_ATTEMPTS_FOR_ANOTHER_DAY = 5


def find_refusal(source: DataSource, now: datetime) -> NextDayRefusal | None:
    """The refusal that counts for a source as it is now."""
    found = NextDayRefusal.objects.filter(source=source, refused_at__gt=now - ASKED_AGAIN_AFTER).first()
    return found if found is not None and found.terms == _terms_of(source) else None


def note_refused(run: SyncRun, error: SourceError, now: datetime) -> str | None:
    """What to say where the error of a run means that the source does not show the next business day; that is written down.
    `None` for every other error and every other run.
    """
    if not _is_about_next_day(run, now) or not _is_refusal(run, error):
        return None
    return _note(run.source, error.code, now)


def note_answered(run: SyncRun, now: datetime) -> None:
    """After a run that got an answer: the list was there, or one of another day instead, again and again."""
    if not _is_about_next_day(run, now):
        return
    day = SyncRun.objects.filter(pk=run.pk).values_list("date_in_force", flat=True).first()
    if day is None:  # an empty one, which a person has to look at
        return
    if day == run.requested_date:
        NextDayRefusal.objects.filter(source=run.source).delete()
    elif _shows(run.source) is NextDay.PERHAPS and _attempts(run) >= _ATTEMPTS_FOR_ANOTHER_DAY:
        _note(run.source, "UNEXPECTED_DATE", now)


def _is_about_next_day(run: SyncRun, now: datetime) -> bool:
    return (
        run.requested_by == BY_SCHEDULE
        and run.requested_date is not None
        and run.requested_date > timezone.localdate(now)
    )


def _is_refusal(run: SyncRun, error: SourceError) -> bool:
    is_open = _shows(run.source) is NextDay.PERHAPS
    if error.code == "PLAN_LIMIT":
        return True
    if error.code == "UNEXPECTED_DATE":
        return is_open and _attempts(run) >= _ATTEMPTS_FOR_ANOTHER_DAY
    if error.status not in _REFUSING_STATUSES or not (is_open or _attempts(run) >= _ATTEMPTS_OF_DOUBT):
        return False
    try:
        list_provider_of(run.source).probe(run.source)
    except SourceError:
        return False  # it refuses everything: a fault like any other
    return True


def _shows(source: DataSource) -> NextDay:
    return list_provider_of(source).shows_next_day(source)


def _attempts(run: SyncRun) -> int:
    expected = ExpectedList.objects.filter(source=run.source_id, last_run=run.pk)
    return expected.values_list("attempts", flat=True).first() or 0


def _note(source: DataSource, code: str, now: datetime) -> str:
    message = gettext(
        "翌営業日の一覧は、このデータソースでは前日に取得できません（契約プランまたはゲートウェイによります）。"
        "これまでどおり、その日の一覧を「上場銘柄一覧の同期」の時刻に取り込みます。"
        "契約プランや認証情報を変更すると、もう一度試します。"
    )
    NextDayRefusal.objects.update_or_create(
        source=source, defaults={"refused_at": now, "terms": _terms_of(source), "code": code, "message": message}
    )
    logger.warning("next_day_refused", source_id=source.pk, code=code)
    return message


def _terms_of(source: DataSource) -> str:
    terms = (source.plan, source.api_version, source.base_url, source.encrypted_credentials)
    return hashlib.sha256("\n".join(terms).encode()).hexdigest()
