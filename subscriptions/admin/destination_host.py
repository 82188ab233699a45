"""At whom something is told, without where exactly: what others than the owner may know."""

from urllib.parse import urlsplit

from subscriptions.choices import Channel
from subscriptions.models import Destination


def host_of(destination: Destination) -> str:
    """The host of a webhook, the service of a chat (with its host where that is not the service's own), the domain of a mail address;
    empty for a feed, which is at this product itself.
    """
    shown = destination.shown_address
    if destination.channel == Channel.CHAT:
        return shown.rpartition(" …")[0]
    if "://" in shown:
        return urlsplit(shown).hostname or ""
    return shown.rpartition("@")[2] if "@" in shown else ""
