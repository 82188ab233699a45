"""What waited to be told when the ledger went back, and in part still stands: that part is told by a message made anew."""

from collections.abc import Collection

from django.db.models import Min, QuerySet
from django.db.models.functions import Now

from subscriptions.choices import DeliveryStatus, NoticeKind, Timing
from subscriptions.deliveries.models import Delivery
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.models import Subscription
from subscriptions.told.telling import DIGEST


def find_digests(unsent: QuerySet[Delivery]) -> dict[int, int]:
    """Of daily subscriptions the numbers from which their digests are to be made anew: where one of them is `unsent` and no part of it, nor
    what came after it, has reached anybody.
    """
    digests = unsent.filter(message__type=DIGEST, is_repeat=False, subscription__timing=Timing.DAILY, subscription__is_active=True)  # fmt: skip
    first = dict(digests.order_by().values_list("subscription").annotate(Min("message__from_number")))
    return {pk: number for pk, number in first.items() if not _has_arrived(pk, number)}


def _has_arrived(subscription_id: int, number: int) -> bool:
    after = Delivery.objects.filter(subscription=subscription_id, message__to_number__gte=number)
    return after.filter(status=DeliveryStatus.DELIVERED).exists()


def make_digests_anew(digests: dict[int, int]) -> int:
    """Have the planner decide once more, by what is still there, what these say; how many deliveries that wait make room for it. To be
    called once what is undone is gone from the outbox.
    """
    count = 0
    for pk, number in digests.items():
        waiting = Delivery.objects.filter(
            subscription=pk, status=DeliveryStatus.WAITING, message__type=DIGEST, message__from_number__gte=number
        )
        count += waiting.update(status=DeliveryStatus.SKIPPED, ended_at=Now())
        values = {"told_number": number - 1, "digest_due_at": Now()}
        left = OutboxEntry.objects.filter(kind=NoticeKind.REVISION, number__gte=number).aggregate(first=Min("revision"))
        if left["first"] is not None:
            values["told_revision"] = left["first"] - 1
        Subscription.objects.filter(pk=pk).update(**values)
    return count


def members_as_told(members: Collection[str], unsent: QuerySet[Delivery]) -> list[str]:
    """The issues of a view as its follower knows them, who was not told what is `unsent`: what of that still holds is told when the view is
    looked at next.
    """
    known = set(members)
    contents = unsent.filter(is_repeat=False).order_by("-pk").values_list("message__content", flat=True)
    for notice in (notice for content in contents for notice in reversed(content["notices"])):
        if notice["kind"] == NoticeKind.VIEW_ENTERED:
            known.discard(notice["code"])
        elif notice["kind"] == NoticeKind.VIEW_LEFT:
            known.add(notice["code"])
    return sorted(known)
