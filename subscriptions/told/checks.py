"""What is wrong with a subscription, in words, by field."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from masters.models import Market
from subscriptions.choices import (
    LISTING_KINDS,
    SUBSCRIBED_KINDS,
    VIEW_KINDS,
    DestinationStatus,
    NoticeKind,
    Timing,
)
from subscriptions.told.models import Subscription
from subscriptions.told.rights import may_be_told
from subscriptions.told.view_members import why_not_followed

#: More than a person reads, few enough for a page of them.
MOST_SUBSCRIPTIONS, MOST_DESTINATIONS = 50, 20
_LONGEST_NAME = 60


def find_problems(one: Subscription) -> dict[str, list[str]]:
    """By field; nothing where all is well."""
    found: dict[str, list[str]] = {}
    for field, problem in _problems(one):
        found.setdefault(field, []).append(problem)
    return found


def _problems(one: Subscription) -> Iterator[tuple[str, str]]:
    yield from _of_name(one)
    yield from _of_destination(one)
    yield from _of_kinds(one)
    yield from _of_choice(one)
    yield from _of_time(one)


def _of_name(one: Subscription) -> Iterator[tuple[str, str]]:
    if not one.name:
        yield "name", gettext("名前を入力してください。")
    elif len(one.name) > _LONGEST_NAME:
        yield "name", gettext("名前は {most} 文字までです。").format(most=_LONGEST_NAME)
    elif Subscription.objects.filter(owner=one.owner, name=one.name).exclude(pk=one.pk).exists():
        yield "name", gettext("「{name}」という名前はもうあります。別の名前にしてください。").format(name=one.name)


def _of_destination(one: Subscription) -> Iterator[tuple[str, str]]:
    destination: Any = one.destination
    if destination.owner_id != one.owner_id:
        yield "destination", gettext("自分の通知先を選んでください。")
    elif one.api_key_id is not None and destination.api_key_id != one.api_key_id:
        yield "destination", gettext("この API キーで作った通知先を選んでください。")
    elif destination.status == DestinationStatus.ENDED:
        yield "destination", gettext("この通知先は終了しています。別の通知先を選んでください。")


def _of_kinds(one: Subscription) -> Iterator[tuple[str, str]]:
    if not one.kinds:
        yield "kinds", gettext("知らせることを 1 つ以上選んでください。")
    known = [kind for kind in one.kinds if kind in SUBSCRIBED_KINDS]
    if unknown := [kind for kind in one.kinds if kind not in SUBSCRIBED_KINDS]:
        yield (
            "kinds",
            gettext("「{kinds}」は選べません。選べるのは {choices} です。").format(
                kinds=gettext("、").join(unknown), choices=", ".join(SUBSCRIBED_KINDS)
            ),
        )
    if forbidden := [NoticeKind(kind) for kind in known if not may_be_told(one.owner, kind)]:
        yield (
            "kinds",
            gettext("「{kinds}」を見る権限がありません。").format(
                kinds=gettext("、").join(str(kind.label) for kind in forbidden)
            ),
        )
    if VIEW_KINDS & set(known) and one.saved_view is None:
        yield "saved_view", gettext("保存した表示への出入りを知らせるには、保存した表示を選んでください。")


def _of_choice(one: Subscription) -> Iterator[tuple[str, str]]:
    """Of the watch list, the view and the markets, and of whether there is anything that they narrow."""
    watch_list: Any = one.watch_list
    view: Any = one.saved_view
    if watch_list is not None and watch_list.owner_id != one.owner_id:
        yield "watch_list", gettext("自分のウォッチリストを選んでください。")
    if view is not None:
        if view.owner_id != one.owner_id and not view.is_shared:
            yield "saved_view", gettext("自分の表示か、共有されている表示を選んでください。")
        elif problem := why_not_followed(view):
            yield "saved_view", problem
    known = set(Market.objects.filter(code__in=one.market_codes).values_list("code", flat=True))
    if unknown := [code for code in one.market_codes if code not in known]:
        yield "market_codes", gettext("市場区分「{codes}」はありません。").format(codes=gettext("、").join(unknown))
    if (watch_list or view or one.market_codes) and not (LISTING_KINDS | VIEW_KINDS) & set(one.kinds):
        field = "watch_list" if watch_list else "saved_view" if view else "market_codes"
        yield field, gettext("銘柄の出来事を 1 つも選んでいないため、銘柄では絞り込めません。")


def _of_time(one: Subscription) -> Iterator[tuple[str, str]]:
    if one.timing not in Timing.values:
        yield "timing", gettext("「{timing}」は選べません。").format(timing=one.timing)
    elif one.timing == Timing.DAILY and one.digest_time is None:
        yield "digest_time", gettext("まとめて知らせる時刻を入力してください。")
    elif one.timing == Timing.AT_ONCE and one.digest_time is not None:
        yield "digest_time", gettext("時刻は、1 日 1 回まとめて知らせるときだけ指定できます。")
    if one.digest_time is not None and one.digest_time.tzinfo is not None:
        yield "digest_time", gettext("時刻は日本時間で、時差を付けずに指定してください。")
