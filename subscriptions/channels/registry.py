"""Which channel tells in which way. A feed is fetched by who reads it: nothing is sent there."""

from functools import cache

from django.utils.module_loading import import_string

from subscriptions.channels.sending import SendingChannel
from subscriptions.choices import Channel

#: One line a channel. Each is loaded when it sends first, by who sends: what chats need is of no use to a page.
_CHANNELS: dict[str, str] = {
    Channel.WEBHOOK: "subscriptions.channels.webhook.WebhookChannel",
    Channel.MAIL: "subscriptions.channels.mail.MailChannel",
    Channel.CHAT: "subscriptions.channels.chat.ChatChannel",
}


@cache
def channel_of(name: str) -> SendingChannel:
    """Raises `KeyError` for one to which nothing is sent."""
    channel: SendingChannel = import_string(_CHANNELS[name])()
    return channel


def sending_channels() -> list[str]:
    """Those to which anything is sent."""
    return list(_CHANNELS)
