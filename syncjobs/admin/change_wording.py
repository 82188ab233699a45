"""What the companies that a list changed differ in, in words."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext

from companies.fields import FIELD_BY_NAME
from syncjobs.models import SyncRun


class ToldChanges(NamedTuple):
    """Fields with their counts, in words: those that were not known before, and those that were and differ now."""

    filled: str
    changed: str


def tell_field_changes(run: SyncRun) -> ToldChanges | None:
    """`None` where nothing was counted, or nothing changed."""
    counted = run.field_changes or {}
    told = ToldChanges(_words(counted.get("filled", {})), _words(counted.get("changed", {})))
    return told if any(told) else None


def _words(counts: Mapping[str, int]) -> str:
    most_first = sorted(counts.items(), key=lambda one: -one[1])
    return gettext("、").join(
        gettext("{label} {count:,} 件").format(label=gettext(FIELD_BY_NAME[name].label), count=count)
        for name, count in most_first
        if name in FIELD_BY_NAME
    )
