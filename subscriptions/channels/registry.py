"""Which channel tells in which way. A feed is fetched by who reads it: nothing is sent there."""

from subscriptions.channels.sending import SendingChannel
from subscriptions.channels.webhook import WebhookChannel
from subscriptions.choices import Channel

#: One line a channel.
_CHANNELS: dict[str, SendingChannel] = {
    Channel.WEBHOOK: WebhookChannel(),
}


def channel_of(name: str) -> SendingChannel:
    """Raises `KeyError` for one to which nothing is sent."""
    return _CHANNELS[name]


def sending_channels() -> list[str]:
    """Those to which anything is sent."""
    return list(_CHANNELS)
