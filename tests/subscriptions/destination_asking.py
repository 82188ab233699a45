"""What a person does on the page of a destination, and how it and its deliveries stand then."""

from django.test import Client

from subscriptions.models import Delivery, Destination
from tests.subscriptions.admin_pages import DESTINATIONS, text


def page_of(client: Client, destination: Destination) -> str:
    return text(client.get(f"{DESTINATIONS}{destination.pk}/change/"))


def press(client: Client, destination: Destination, action: str, **fields: str) -> str:
    return text(client.post(f"{DESTINATIONS}{destination.pk}/{action}/", fields, follow=True))


def statuses(destination: Destination) -> list[str]:
    return list(Delivery.objects.filter(destination=destination).order_by("id").values_list("status", flat=True))


def state_of(destination: Destination) -> tuple[str, str]:
    destination.refresh_from_db()
    return destination.status, destination.status_reason
