"""The second factor of a person: codes of an authenticator app (TOTP, RFC 6238), and codes on paper for the day it is lost.

django-otp keeps both and takes no code twice; how many wrong ones are looked at is `sign_in.attempts`'.
"""

import secrets
from typing import Any

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

_PAPER_CODES = 10
_PAPER_CODE_LENGTH = 10
# Letters and digits that nobody takes for others.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def has_second_factor(user: Any) -> bool:
    """Whether signing in asks for a code."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def begin(user: Any) -> TOTPDevice:
    """The key that the person's app is to take over; the same until a code of it was entered."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "app"})
    return device


@transaction.atomic
def confirm(user: Any, code: str) -> list[str]:
    """Switch it on, if the code is one of the app's. The codes for paper, shown once; none where the code is wrong."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(code):
        return []
    device.confirmed = True
    device.save()
    StaticDevice.objects.filter(user=user).delete()
    paper = StaticDevice.objects.create(user=user, name="paper")
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_PAPER_CODE_LENGTH)) for _ in range(_PAPER_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=paper, token=code) for code in codes])
    return codes


@transaction.atomic
def is_right(user: Any, code: str) -> bool:
    """Whether the code is the app's of this moment, or one on paper, which is used up then; told apart by their form."""
    kind = TOTPDevice if code.isdecimal() else StaticDevice
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device is not None and bool(device.verify_token(code))


@transaction.atomic
def remove(user: Any) -> None:
    """Signing in asks for the password only."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
