"""Codes that show that a mail address is the person's: six digits, sent there, good for a while and for a few tries. How often they are sent is
bound for each person and for each address, so that nobody is sent a heap of mail through us.
"""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext, override
from django.views.decorators.debug import sensitive_variables

from database.connections import database_now
from subscriptions.channels.mail_server import MailFailed, automatic_headers, send_mail
from subscriptions.destinations.models import Destination

GOOD_FOR = timedelta(minutes=30)
TRIES = 5
AGAIN_AFTER = timedelta(minutes=1)
_DAY_SECONDS = 86_400
#: Codes in a day to one address, whoever asks; and for one person, wherever to.
MOST_TO_ADDRESS, MOST_FOR_PERSON = 5, 20


@sensitive_variables()
def new_confirmation(destination: Destination, address: str) -> tuple[str, dict[str, Any]]:
    """A code, and what is kept of it. Raises `ValidationError` (`address`) where too many were sent."""
    now = database_now()
    sent_at = (destination.confirmation or {}).get("sent_at")
    if sent_at and datetime.fromisoformat(sent_at) + AGAIN_AFTER > now:
        raise ValidationError(
            {"address": gettext("コードは送ったばかりです。1 分待ってから、もう一度送ってください。")}
        )
    _count(address, destination.owner_id)
    code = f"{secrets.randbelow(1_000_000):06}"
    return code, {
        "code_hash": _hash_of(destination, code), "sent_at": now.isoformat(),
        "good_until": (now + GOOD_FOR).isoformat(), "tries_left": TRIES,
    }  # fmt: skip


@sensitive_variables("code", "address", "text")
def send_code(destination: Destination, address: str, code: str) -> None:
    """At once. Raises `ValidationError` (`address`) that says what the mail server said."""
    with override(destination.language):
        told = {"code": code, "minutes": int(GOOD_FOR.total_seconds() // 60), "owner": destination.owner.get_username(), "public_url": settings.PUBLIC_URL}  # fmt: skip
        subject = gettext("Meigara の確認コード: {code}").format(code=code)
        text = render_to_string("subscriptions/mail_code.txt", told)
    message = EmailMessage(subject, text, settings.MAIL_FROM, [address], headers=automatic_headers())
    try:
        send_mail(message)
    except MailFailed as failed:
        said = failed.words or failed.code
        raise ValidationError(
            {
                "address": gettext(
                    "確認コードを送れませんでした（{said}）。アドレスを確かめるか、時間をおいてください。"
                ).format(said=said)
            }
        ) from None


@transaction.atomic
def check_code(destination: Destination, code: str) -> str:
    """What is wrong with it, in words; empty where it is right. Each code that was not right takes one of the tries."""
    found = Destination.objects.select_for_update().get(pk=destination.pk)
    kept = found.confirmation or {}
    if "code_hash" not in kept:
        return gettext("この通知先は確認待ちではありません。")
    if datetime.fromisoformat(kept["good_until"]) <= database_now():
        return gettext("コードの期限が切れました。もう一度送ってください。")
    if kept["tries_left"] <= 0:
        return gettext("コードを {tries} 回間違えました。もう一度送ってください。").format(tries=TRIES)
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code))
    if constant_time_compare(kept["code_hash"], _hash_of(found, digits)):
        return ""
    found.confirmation = {**kept, "tries_left": kept["tries_left"] - 1}
    found.save(update_fields=["confirmation"])
    if kept["tries_left"] == 1:
        return gettext("コードを {tries} 回間違えました。もう一度送ってください。").format(tries=TRIES)
    return gettext("コードが違います。あと {left} 回入力できます。").format(left=kept["tries_left"] - 1)


@sensitive_variables()
def is_own_address(owner: Any, address: str) -> bool:
    """Whether it is that of the person's account, which only who manages accounts can set: somebody vouched for it."""
    local, _, domain = owner.email.rpartition("@")
    return bool(local) and f"{local}@{domain.lower()}" == address


@sensitive_variables()
def _hash_of(destination: Destination, code: str) -> str:
    """Of this destination alone, and of no use without `SECRET_KEY`: a million codes are soon tried."""
    return salted_hmac("subscriptions.confirmations", f"{destination.pk}:{code}", algorithm="sha256").hexdigest()


@sensitive_variables()
def _count(address: str, owner_id: int) -> None:
    """Raises `ValidationError` (`address`) where it is one too many, or cannot be counted now."""
    digest = salted_hmac("subscriptions.confirmations.counted", address.lower(), algorithm="sha256").hexdigest()
    state = caches["state"]
    for key, most in (
        (f"mail_codes:address:{digest}", MOST_TO_ADDRESS),
        (f"mail_codes:person:{owner_id}", MOST_FOR_PERSON),
    ):
        state.add(key, 0, timeout=_DAY_SECONDS)
        try:
            counted = state.incr(key)
        except ValueError:  # it ended in between, or was never there
            counted = None
        if counted is None or counted > most:
            raise ValidationError({"address": gettext("確認コードを送りすぎました。明日もう一度お試しください。")})
