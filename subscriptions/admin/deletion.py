"""What is deleted with destinations, in numbers."""

from collections.abc import Sequence

from django.utils.translation import gettext

from subscriptions.choices import DeliveryStatus
from subscriptions.models import Delivery, Destination, Subscription


def told_deletion(destinations: Sequence[Destination]) -> tuple[list[object], dict[str, int], set[str], list[str]]:
    """As the admin asks for it: what is told, counts by kind, rights that are missing (none: they are one's own), what is protected."""
    subscriptions = Subscription.objects.filter(destination__in=destinations)
    deliveries = Delivery.objects.filter(destination__in=destinations)
    counts = {
        str(Destination._meta.verbose_name_plural): len(destinations),
        str(Subscription._meta.verbose_name_plural): subscriptions.count(),
        str(Delivery._meta.verbose_name_plural): deliveries.count(),
    }
    waiting = deliveries.filter(status=DeliveryStatus.WAITING).count()
    told: list[object] = [gettext("通知先「{name}」").format(name=one.name) for one in destinations]
    told += [gettext("購読「{name}」").format(name=name) for name in subscriptions.values_list("name", flat=True)]
    if waiting:
        told.append(gettext("まだ送っていない通知 {count:,} 件（もう送りません）").format(count=waiting))
    return told, {name: count for name, count in counts.items() if count}, set(), []
