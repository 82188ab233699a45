"""The query parameters of synchronisation's endpoints."""

from typing import Any

from rest_framework import serializers

from api.endpoints.filters import AnyOf, Comparison
from api.endpoints.pagination import PageFilterSet
from api.endpoints.parameters import Choice
from api.endpoints.states import StateFilterSet
from syncjobs.choices import RunStatus


class SyncRunFilterSet(StateFilterSet, PageFilterSet):
    """Which runs."""

    status = AnyOf(Choice(RunStatus.values), help_text="状態")
    parent = Comparison(serializers.UUIDField(required=False, help_text="一括取得の ID。その日ごとの同期を返す"))

    def filter_queryset(self, queryset: Any) -> Any:
        """Parts of a back-fill only where they are asked for."""
        runs = super().filter_queryset(queryset)
        return runs if "parent" in self.values else runs.filter(parent=None)
