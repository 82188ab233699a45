"""A subscription in words."""

from collections.abc import Sequence

from django.utils.translation import gettext

from subscriptions.choices import NoticeKind, Timing
from subscriptions.models import Subscription

_NAMED_KINDS = 3


def describe_what(subscription: Subscription, market_names: Sequence[str]) -> str:
    """Of which issues, then which kinds, in a line or two."""
    parts = []
    if subscription.watch_list is not None:
        parts.append(gettext("ウォッチリスト「{name}」").format(name=subscription.watch_list.name))
    if subscription.saved_view is not None:
        parts.append(gettext("表示「{name}」").format(name=subscription.saved_view.name))
    if subscription.market_codes:
        parts.append(gettext("・").join(market_names))
    kinds = [str(NoticeKind(kind).label) for kind in subscription.kinds]
    told = gettext("、").join(kinds[:_NAMED_KINDS])
    if len(kinds) > _NAMED_KINDS:
        told = gettext("{named} ほか {count} 種").format(named=told, count=len(kinds) - _NAMED_KINDS)
    return gettext("{issues}: {kinds}").format(issues=" / ".join(parts), kinds=told) if parts else told


def describe_timing(subscription: Subscription) -> str:
    """At once, or at which time of the day in Japan."""
    if subscription.timing == Timing.AT_ONCE or subscription.digest_time is None:
        return str(Timing.AT_ONCE.label)
    return gettext("毎日 {time}").format(time=f"{subscription.digest_time:%H:%M}")
