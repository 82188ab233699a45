"""Whether a destination can be told anything: what it is reached by is kept encrypted, and the keys may be gone."""

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext

from datasources.errors import CredentialsUnreadable
from subscriptions.choices import Channel
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.models import Destination
from subscriptions.destinations.secrets import usable_secrets


def is_readable(destination: Destination) -> bool:
    """Also not where what no key opened was forgotten (`rotate_credentials --forget-unreadable`). A feed is fetched, not reached."""
    if destination.channel == Channel.ATOM:
        return True
    try:
        secrets = usable_secrets(destination) if destination.channel == Channel.WEBHOOK else ["none"]
        return bool(read_address(destination) and secrets)
    except (CredentialsUnreadable, ImproperlyConfigured):
        return False


def remedy_of(destination: Destination) -> str:
    """What to do with one that is not."""
    if destination.channel == Channel.WEBHOOK:
        return gettext(
            "管理者が ENCRYPTION_KEYS に保存時の鍵を戻すと、そのまま送れます。鍵を失ったときは、「宛先を変える」で URL を、「鍵の更新」で署名の鍵を入れ直してください。"
            "購読はそのまま残ります。"
        )
    return gettext(
        "管理者が ENCRYPTION_KEYS に保存時の鍵を戻すと、そのまま送れます。鍵を失ったときは、この通知先を作り直し、購読の通知先を新しいものに変えてください。"
    )
