"""What a person must be allowed to see in order to be told of it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth import get_user_model

from subscriptions.choices import LISTING_KINDS, VIEW_KINDS, NoticeKind

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_OF_LISTINGS = ("companies.view_company",)
#: Whoever has one of them may be told.
_OF_OPERATION = {
    NoticeKind.RUN_FAILED: ("syncjobs.view_syncrun",),
    NoticeKind.REVIEW_NEEDED: ("syncjobs.view_syncrun",),
    NoticeKind.LIST_TOO_OLD: ("companies.view_listingsnapshot",),
    NoticeKind.SOURCE_ENDING: ("datasources.view_datasource",),
    NoticeKind.KEY_ENDING: ("api.view_apikey", "api.own_apikey"),
    NoticeKind.PROOF_FAILED: ("companies.view_ledgerrevision",),
    NoticeKind.DIFFERENCE_FOUND: ("companies.view_officialdate",),
}
#: Of what concerns no one alone: of everybody's keys who oversees them is told.
_OF_ANYBODYS = {NoticeKind.KEY_ENDING: ("api.view_apikey",)}


def rights_for(kind: str, *, is_ones_own: bool = True) -> tuple[str, ...]:
    """The rights of which one is needed to be told of a kind; `is_ones_own`: of what concerns the person alone."""
    if kind in LISTING_KINDS or kind in VIEW_KINDS or kind == NoticeKind.REVISION:
        return _OF_LISTINGS
    known = NoticeKind(kind)
    return _OF_OPERATION[known] if is_ones_own else _OF_ANYBODYS.get(known, _OF_OPERATION[known])


def may_be_told(user: Any, kind: str) -> bool:
    """Whether a person may subscribe to a kind."""
    return any(user.has_perm(right) for right in rights_for(kind))


class KnownRights:
    """Who of some people has which right: one query for each right that is asked for. People who may not sign in have none."""

    def __init__(self, owners: Collection[int]) -> None:
        self._owners = owners
        self._holders: dict[str, frozenset[int]] = {}

    def has_any(self, owner: int, rights: Iterable[str]) -> bool:
        return any(owner in self._holders_of(right) for right in rights)

    def _holders_of(self, right: str) -> frozenset[int]:
        if right not in self._holders:
            users: Any = get_user_model()._default_manager
            found = users.with_perm(right, backend=_BACKEND).filter(pk__in=self._owners)
            self._holders[right] = frozenset(found.values_list("pk", flat=True))
        return self._holders[right]
