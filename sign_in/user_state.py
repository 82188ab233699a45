"""Whether a user can sign in."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class UserState(ColouredChoices):
    """How a user stands."""

    ACTIVE = "active", Colour.SUCCESS, _("有効")
    NOT_STAFF = "not_staff", Colour.WARNING, _("ログイン不可")
    DISABLED = "disabled", Colour.DEFAULT, _("無効")


def state_of(user: Any) -> UserState:
    """By its flags."""
    if not user.is_active:
        return UserState.DISABLED
    return UserState.ACTIVE if user.is_staff else UserState.NOT_STAFF
