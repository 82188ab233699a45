"""A message by which a person sees that what is told arrives."""

import hashlib
import json
from typing import Any

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
    content: dict[str, Any] = {
        "type": str(NoticeKind.TEST), "revision": None, "recorded_at": now.isoformat(), "source": None, "date_in_force": None,
        "is_history": False, "epoch": str(current_epoch()), "part": 1, "parts": 1, "total": 0, "notices": [],
    }  # fmt: skip
    with transaction.atomic():
        message = Message.objects.create(
            type=NoticeKind.TEST, content=content, notice_count=0,
            sha256=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        )  # fmt: skip
        delivery: Delivery = Delivery.objects.create(
            webhook_id=new_webhook_id(), destination=destination, message=message
        )
        hasten(destination.pk)
    return delivery
