"""For whom a request acts, and what of that person's it has in its hands."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.endpoints.errors import ApiError
from api.keys import find_person_of
from api.models import ApiKey, Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, by the key that they made or by themselves (signed in)."""

    person: User
    key: ApiKey | None = None

    def in_hands(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of destinations or subscriptions: a key has those that it made, a person all of theirs."""
        theirs = rows.filter(owner=self.person)
        return theirs if self.key is None else theirs.filter(api_key=self.key.pk)

    def deliveries_in_hands(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those to such destinations."""
        theirs = rows.filter(destination__owner=self.person)
        return theirs if self.key is None else theirs.filter(destination__api_key=self.key.pk)


class ActsForPerson(BasePermission):
    """Keys with `subscribe`, for the person who made them, and signed-in staff; each with the person's rights. Leaves the `Actor` on
    the view.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller may do this. Raises the API's 403, which says what is missing."""
        if isinstance(request.auth, ApiKey):
            actor = _actor_of(request.auth)
        elif request.user and request.user.is_authenticated:
            actor = Actor(request.user)
        else:
            return False
        if not actor.person.has_perm(view.right_for(request.method)):
            message = gettext("{person} さんに、この操作の権限がありません。管理者に依頼してください。")
            raise _refused("RIGHT_MISSING", message.format(person=actor.person.get_username()))
        view.actor = actor
        return True


def _actor_of(key: ApiKey) -> Actor:
    if Scope.SUBSCRIBE not in key.scopes:
        raise _refused(
            "SCOPE_MISSING", gettext("権限「購読と通知先の管理」（subscribe）のある API キーを使ってください。")
        )
    person = find_person_of(key)
    if person is None:
        message = gettext(
            "この API キーには、代わりに動く人がいません。通知先と購読は人のものです。"
            "管理画面で自分のキーを作るか、create_api_key に --user を付けて作り直してください。"
        )
        raise _refused("KEY_WITHOUT_PERSON", message)
    return Actor(person, key)


def _refused(reason: str, message: str) -> ApiError:
    return ApiError(403, "PERMISSION_DENIED", message, details={"reason": reason})


def right_of(model: str, method: str, action: str | None) -> str:
    """The right that a request on a model's rows wants."""
    kinds = {"create": "add", "destroy": "delete"}
    kind = "view" if method in SAFE_METHODS else kinds.get(action or "", "change")
    return f"subscriptions.{kind}_{model}"
