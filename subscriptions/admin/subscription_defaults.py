"""A new subscription, filled in as far as the way that led to it says: from a watch list, a saved view, a destination, or the menu."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from companies.choices import EventType
from subscriptions.admin.owned import free_name
from subscriptions.choices import LISTING_KINDS, VIEW_KINDS, DestinationStatus, NoticeKind, Timing
from subscriptions.forms import followable_views
from subscriptions.models import Destination, Subscription, WatchList

#: What most want to know of the whole market.
_USUAL_KINDS = (
    EventType.LISTED,
    EventType.DELISTED,
    EventType.RELISTED,
    EventType.RENAMED,
    EventType.MARKET_CHANGED,
)
_USUAL_TIME = "18:00"


def defaults_for(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with. What the address asks for and is not the person's own is said, and left out."""
    user: Any = request.user
    name, kinds = gettext("上場・廃止・変更"), [kind.value for kind in _USUAL_KINDS]
    values: dict[str, Any] = {"timing": Timing.AT_ONCE.value, "digest_time": _USUAL_TIME}
    if (watch_list := _asked(request, "watch_list", WatchList.objects.filter(owner=user))) is not None:
        values["watch_list"] = watch_list.pk
        name = gettext("{name}の変化").format(name=watch_list.name)
        kinds = [kind.value for kind in NoticeKind if kind in LISTING_KINDS]
    elif (view := _asked(request, "saved_view", followable_views(user))) is not None:
        values["saved_view"] = view.pk
        name = gettext("{name}の出入り").format(name=view.name)
        kinds = [kind.value for kind in NoticeKind if kind in VIEW_KINDS]
    destination = _asked(request, "destination", Destination.objects.filter(owner=user)) or _usual_destination(user)
    if destination is not None:
        values["destination"] = destination.pk
    return {**values, "name": free_name(Subscription, user, name[:56]), "kinds": kinds}


def _asked(request: HttpRequest, name: str, allowed: Any) -> Any:
    asked = request.GET.get(name, "")
    if not asked:
        return None
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 16
    found = allowed.filter(pk=int(asked)).first() if is_number else None
    if found is None:
        messages.warning(
            request, gettext("アドレスにある指定（{name}）は見つからないため、使っていません。").format(name=name)
        )
    return found


def _usual_destination(user: Any) -> Destination | None:
    """The newest that works, else the newest."""
    mine = Destination.objects.filter(owner=user).order_by("-pk")
    return mine.filter(status=DestinationStatus.ACTIVE).first() or mine.first()
