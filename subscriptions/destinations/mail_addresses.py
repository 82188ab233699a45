"""Mail addresses as destinations. An address is somebody's: it gets nothing until the code that was sent there was entered."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from database.connections import database_now
from datasources.errors import CredentialsUnreadable
from subscriptions.channels.mail_server import is_mail_set
from subscriptions.choices import Channel, DestinationStatus
from subscriptions.destinations.addresses import read_address, store_address
from subscriptions.destinations.confirmations import check_code, is_own_address, new_confirmation, send_code
from subscriptions.destinations.mail_forms import normalise_mail, shown_mail
from subscriptions.destinations.making import begin_destination, save_destination
from subscriptions.destinations.models import Destination
from subscriptions.destinations.readable import remedy_of
from subscriptions.destinations.states import change_status


@sensitive_variables("address", "own")
def make_mail(
    *, owner: Any, name: str, address: str, language: str = settings.LANGUAGE_CODE, api_key: Any = None
) -> Destination:
    """A mail address that gets what is told to it once it is confirmed: a code is sent there now. The address of the person's own
    account needs none: only who manages accounts can set it.

    Raises `ValidationError` by field (`name`, `address`, `language`), also where the code could not be sent; nothing is kept then.
    """
    own, problems = _read(address)
    destination = begin_destination(
        Channel.MAIL, owner=owner, name=name, language=language, api_key=api_key, problems=problems
    )
    store_address(destination, own, shown=shown_mail(own))
    if is_own_address(owner, own):
        destination.confirmation = {"confirmed_at": database_now().isoformat(), "by": "account"}
        save_destination(destination)
        return destination
    destination.status = DestinationStatus.UNCONFIRMED
    save_destination(destination)
    try:
        _send_new_code(destination, own)
    except ValidationError:
        destination.delete()
        raise
    return destination


def confirm(destination: Destination, code: str) -> Destination:
    """Enter the code that was sent there: from then on it gets what is told, that which waits first. Raises `ValidationError` (`code`).

    A wrong code counts: the caller keeps what was written where this raises.
    """
    problem = check_code(destination, code)
    if problem:
        raise ValidationError({"code": problem})
    confirmation = {"confirmed_at": database_now().isoformat(), "by": "code"}
    change_status(destination.pk, DestinationStatus.ACTIVE, confirmation=confirmation)
    destination.refresh_from_db()
    return destination


@sensitive_variables("address")
def send_code_again(destination: Destination) -> None:
    """Another code; the one before holds no more. Raises `ValidationError` (`address`) where that is too often, or cannot be sent."""
    if destination.channel != Channel.MAIL or destination.status != DestinationStatus.UNCONFIRMED:
        raise ValidationError({"address": gettext("この通知先は確認待ちではありません。")})
    if not is_mail_set():
        raise ValidationError({"address": mail_not_set()})
    try:
        address = read_address(destination)
    except CredentialsUnreadable:
        address = ""
    if not address:
        raise ValidationError(
            {"address": gettext("保存されている宛先を読めません。{remedy}").format(remedy=remedy_of(destination))}
        )
    _send_new_code(destination, address)


def mail_not_set() -> str:
    """Why no mail can be sent."""
    return gettext(
        "メールサーバーが設定されていません。管理者が EMAIL_URL と MAIL_FROM を設定すると、メールで通知できます。"
    )


@sensitive_variables()
def _read(address: str) -> tuple[str, dict[str, list[str]]]:
    if not is_mail_set():
        return "", {"address": [mail_not_set()]}
    try:
        return normalise_mail(address), {}
    except ValidationError as error:
        return "", {"address": error.messages}


@sensitive_variables()
def _send_new_code(destination: Destination, address: str) -> None:
    code, confirmation = new_confirmation(destination, address)
    destination.confirmation = confirmation
    destination.save(update_fields=["confirmation"])
    send_code(destination, address, code)
