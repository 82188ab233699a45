"""What a mail address looks like, how it is kept and how much of it is shown."""

import re

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

_LONGEST, _LONGEST_LOCAL = 254, 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
# The last part is no number: that would be an address of a machine.
_DOMAIN = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+(?![0-9]+$){_LABEL}", re.ASCII)


@sensitive_variables()
def normalise_mail(address: str) -> str:
    """The address as it is kept: the host's name in small ASCII letters, what stands before as it is. Raises `ValidationError`."""
    local, at, domain = address.strip().rpartition("@")
    try:
        host = idna.encode(domain.rstrip("."), uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        host = ""
    if not at or not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL or not _DOMAIN.fullmatch(host):
        raise ValidationError(gettext("メールアドレスとして読めません（例: taro@example.com）。"))
    if len(local) + 1 + len(host) > _LONGEST:
        raise ValidationError(gettext("メールアドレスは {most} 文字までです。").format(most=_LONGEST))
    return f"{local}@{host}"


@sensitive_variables()
def shown_mail(address: str) -> str:
    """As much of it as may be seen: enough to know it again."""
    local, _, host = address.rpartition("@")
    return f"{local[:2]}…@{host}"
