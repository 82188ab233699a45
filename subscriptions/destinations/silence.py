"""Who is told nothing though the destination is active: its person may not sign in any more, or the key that made it opens nothing."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from api.models import KeyState
from subscriptions.choices import DestinationStatus, PauseReason
from subscriptions.destinations.models import Destination


class Silence(models.TextChoices):
    """Why. What waits is sent once it is over, unless 30 days go by."""

    OWNER_INACTIVE = "owner_inactive", _("作成者はログインできません")
    KEY_REVOKED = "key_revoked", _("作成した API キーが失効しています")
    KEY_EXPIRED = "key_expired", _("作成した API キーの期限が切れています")


def spoken_to(moment: datetime) -> Q:
    """Of destinations: those whose person and key are good at a moment."""
    good_key = Q(api_key__revoked_at=None) & (Q(api_key__expires_at=None) | Q(api_key__expires_at__gt=moment))
    return Q(owner__is_active=True, owner__is_staff=True) & (Q(api_key=None) | good_key)


def find_silence(destination: Destination, moment: datetime) -> Silence | None:
    """Of one destination, which rule above holds its messages back."""
    if not (destination.owner.is_active and destination.owner.is_staff):
        return Silence.OWNER_INACTIVE
    if destination.api_key is None:
        return None
    found = {KeyState.REVOKED: Silence.KEY_REVOKED, KeyState.EXPIRED: Silence.KEY_EXPIRED}
    return found.get(destination.api_key.state_at(moment))


def why_nothing_is_sent(destination: Destination, moment: datetime) -> str:
    """In words for the pages and the API; empty where what is told is sent."""
    if destination.status in (DestinationStatus.PAUSED, DestinationStatus.ENDED) and destination.status_reason:
        return str(PauseReason(destination.status_reason).label)
    if destination.status != DestinationStatus.ACTIVE:
        return str(DestinationStatus(destination.status).label)
    silence = find_silence(destination, moment)
    return str(silence.label) if silence else ""
