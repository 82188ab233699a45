"""Lists that are fetched only if they are other ones: what is kept of the last, and how a run ends that found no other."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext

from datasources.models import DataSource
from syncjobs.choices import RunStatus
from syncjobs.errors import RunLost
from syncjobs.models import SyncRun
from syncjobs.runs import change_status

_LIST = "list_id"


def kept_validators(source: DataSource, is_there: Callable[[Any], bool]) -> dict[str, str]:
    """By what the service can be asked for another list than the last. They count only while that is in the ledger (`is_there`): after
    it was taken back the same list is fetched again.
    """
    kept = source.kept_validators or {}
    return {name: str(told) for name, told in kept.items() if name != _LIST} if is_there(kept.get(_LIST, 0)) else {}


def keep_validators(run: SyncRun, validators: Mapping[str, str], list_id: int) -> None:
    """After the list that they came with was recorded."""
    kept = {**validators, _LIST: list_id} if validators else None
    DataSource.objects.filter(pk=run.source_id).update(kept_validators=kept)


def complete_unchanged(run: SyncRun) -> None:
    """End a run that has nothing to bring in."""
    message = gettext("前回取り込んだ一覧から変わっていません。")
    if not change_status(run.pk, RunStatus.COMPLETED, done=1, total=1, error_message=message):
        raise RunLost
