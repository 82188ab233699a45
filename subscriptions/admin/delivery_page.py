"""What the page of a delivery says: the words, what was sent as it was sent, and each attempt."""

import json
from typing import Any

from subscriptions.admin.delivery_wording import outcome_of, words_of
from subscriptions.channels.sending import Job
from subscriptions.channels.webhook import make_body
from subscriptions.choices import Channel, DeliveryStatus
from subscriptions.models import Delivery


def delivery_context(delivery: Delivery) -> dict[str, Any]:
    """For the template."""
    return {
        "words": words_of(delivery),
        "sent_json": _shown_json(delivery),
        "is_webhook": delivery.destination.channel == Channel.WEBHOOK,
        "attempts": [(one, outcome_of(one)) for one in delivery.attempted.order_by("id")],
        "is_waiting": delivery.status == DeliveryStatus.WAITING,
        "is_feed": delivery.destination.channel == Channel.ATOM,
    }


def _shown_json(delivery: Delivery) -> str:
    """The body of a webhook, with line ends for the eye; of the other channels, of which it is the origin, the content."""
    content: Any = delivery.message.content
    if delivery.destination.channel == Channel.WEBHOOK:
        content = json.loads(make_body(_job_of(delivery)))
    return json.dumps(content, ensure_ascii=False, indent=2)


def _job_of(delivery: Delivery) -> Job:
    """Without address and secrets, which the body has none of."""
    destination = delivery.destination
    return Job(
        delivery_id=delivery.pk, webhook_id=delivery.webhook_id, channel=destination.channel, address="", secrets=(),
        language=destination.language, destination_id=destination.pk, subscription_id=delivery.subscription_id,
        content=delivery.message.content, created_at=delivery.message.created_at,
    )  # fmt: skip
