"""Speaking with the mail server: one mail, one connection, and what came of it in a word for programs and in the server's own.

Measured 2026-11 with a server on the same machine: a connection of its own with TLS and a password makes it 6 ms a mail, and one that is
kept is no quicker; so none is kept, which could have ended unnoticed.
"""

import re
import smtplib
import ssl
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.views.decorators.debug import sensitive_variables

_SHOWN_LETTERS = 300
# Of the address itself, for good: no such mailbox, no such host, wrong form, moved, null MX; switched off (RFC 3463, RFC 7505).
_GONE = re.compile(r"5\.1\.(?:1|2|3|6|10)\b|5\.2\.1\b")
_NEVER_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


class MailFailed(Exception):
    """It was not accepted. `words` are the server's, without anything secret; `is_gone`: the address will never be one again."""

    def __init__(self, code: str, status: int | None = None, words: str = "", *, is_gone: bool = False) -> None:
        super().__init__(code)
        self.code, self.status, self.words, self.is_gone = code, status, words, is_gone


def is_mail_set() -> bool:
    """Whether there is a server to send mail with (`EMAIL_URL`)."""
    return bool(settings.MAIL_FROM)


def automatic_headers() -> dict[str, str]:
    """That nobody wrote this, so that nobody's absence answers it (RFC 3834; the second is Exchange's)."""
    return {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@sensitive_variables()
def send_mail(message: EmailMessage) -> None:
    """Hand it to the server. Raises `MailFailed`. Each step is bounded by `MAIL_TIMEOUT_SECONDS`, and no step is repeated."""
    message.connection = get_connection(fail_silently=False)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        status, words = next(iter(refused.recipients.values()))
        raise _answered(status, words, message.to, of_address=True) from None
    except smtplib.SMTPAuthenticationError as refused:
        # What the server says of a name and a password is not for who reads deliveries.
        raise MailFailed("SMTP_SIGN_IN_REFUSED", refused.smtp_code) from None
    except smtplib.SMTPResponseException as refused:
        raise _answered(refused.smtp_code, refused.smtp_error, message.to) from None
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise MailFailed(_word_for(error)) from None


@sensitive_variables()
def _answered(status: int, words: bytes | str, secrets: Iterable[str], *, of_address: bool = False) -> MailFailed:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    for secret in (*secrets, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD):
        if secret:
            text = re.sub(re.escape(secret), "…", text, flags=re.IGNORECASE)
    shown = _NEVER_SHOWN.sub(" ", text).strip()[:_SHOWN_LETTERS]
    # A server that ends the conversation where an answer was due says -1.
    if status < 0:
        return MailFailed("CONNECTION_LOST", None, shown)
    return MailFailed(f"SMTP_{status}", status, shown, is_gone=of_address and bool(_GONE.search(text)))


def _word_for(error: Exception) -> str:
    """While smtplib waits for an answer it tells of a time-out as of a connection that ended, with the cause in its words alone."""
    if isinstance(error, ssl.SSLError):
        return "TLS_FAILED"
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "TIMEOUT"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "SMTP_NOT_SUPPORTED"
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
        return "CONNECTION_LOST"
    if isinstance(error, UnicodeError):
        return "ADDRESS_REFUSED"
    return "CONNECTION_FAILED"
