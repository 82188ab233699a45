"""A message by which a person sees that what is told arrives."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from companies.feed.position import current_epoch
from database.connections import database_now
from subscriptions.channels.registry import sending_channels
from subscriptions.choices import NoticeKind
from subscriptions.deliveries.models import Delivery, Message
from subscriptions.deliveries.resending import hasten
from subscriptions.deliveries.webhook_ids import new_webhook_id
from subscriptions.destinations.models import Destination
from subscriptions.destinations.silence import why_nothing_is_sent
from subscriptions.told.notices import fingerprint, make_content


def send_test(destination: Destination) -> Delivery:
    """Through everything that other messages go through, after what waits, which is tried at once.

    Raises `ValidationError` where nothing is sent there.
    """
    now = database_now()
    if destination.channel not in sending_channels():
        raise ValidationError(gettext("フィードは読み取られるものなので、テスト送信はできません。"))
    if reason := why_nothing_is_sent(destination, now):
        raise ValidationError(
            gettext("この通知先には今は何も送られません（{reason}）。有効にしてから試してください。").format(
                reason=reason
            )
        )
    content = make_content(
        NoticeKind.TEST.value, [], header={"recorded_at": now.isoformat()}, epoch=str(current_epoch())
    )
    with transaction.atomic():
        message = Message.objects.create(
            type=NoticeKind.TEST, content=content, notice_count=0,
            sha256=fingerprint(content),
        )  # fmt: skip
        delivery: Delivery = Delivery.objects.create(
            webhook_id=new_webhook_id(), destination=destination, message=message
        )
        hasten(destination.pk)
    return delivery
