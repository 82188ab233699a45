"""The mail address of a person's account as a destination, made when there is nowhere else to tell them that theirs was paused."""

from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override
from django.views.decorators.debug import sensitive_variables

from database.connections import database_now
from datasources.errors import CredentialsUnreadable
from subscriptions.channels.mail_server import is_mail_set
from subscriptions.choices import Channel, DestinationStatus
from subscriptions.destinations.addresses import read_address, store_address
from subscriptions.destinations.mail_forms import normalise_mail, shown_mail
from subscriptions.destinations.models import Destination
from subscriptions.destinations.silence import spoken_to

logger = structlog.get_logger(__name__)


@sensitive_variables("address")
def ensure_told_somewhere(paused: Destination) -> None:
    """Make the address of the owner's account a destination, where nothing is sent to any other of theirs, mail can be sent, and it is none
    yet: one that they stopped stays stopped. It needs no code: only who manages accounts can set it.
    """
    owner = paused.owner
    theirs = Destination.objects.filter(owner=owner)
    told = theirs.filter(spoken_to(database_now()), status=DestinationStatus.ACTIVE).exclude(pk=paused.pk)
    if not is_mail_set() or not owner.is_active or not owner.email or told.exists():
        return
    try:
        address = normalise_mail(owner.email)
    except ValidationError:
        logger.warning("account_mail_unreadable", owner_id=owner.pk)
        return
    if any(_leads_to(one, address) for one in theirs.filter(channel=Channel.MAIL)):
        return
    with override(paused.language):
        name = _free_name(theirs, gettext("アカウントのメールアドレス"))
    made = Destination(
        owner=owner, name=name, channel=Channel.MAIL, language=paused.language,
        confirmation={"confirmed_at": database_now().isoformat(), "by": "account"},
    )  # fmt: skip
    store_address(made, address, shown=shown_mail(address))
    made.save(force_insert=True)
    logger.info("account_mail_made", destination_id=made.pk)


@sensitive_variables()
def _leads_to(destination: Destination, address: str) -> bool:
    try:
        return read_address(destination) == address
    except CredentialsUnreadable:
        return False


def _free_name(theirs: Any, name: str) -> str:
    taken = set(theirs.values_list("name", flat=True))
    numbered = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)
