"""How mail goes out, and under which address people reach the product: read from the environment, refused where it is wrong."""

from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

_EXAMPLE = "例: smtp+tls://user:password@smtp.example.com:587"
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
_TIMEOUT_SECONDS = 10.0
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_CONSOLE = "django.core.mail.backends.console.EmailBackend"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Of Django's mail; `sender` is empty where no mail is sent."""

    sender: str = ""
    backend: str = _BACKEND
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    starts_tls: bool = False
    is_tls: bool = False
    timeout_seconds: float = _TIMEOUT_SECONDS


def read_mail(env: Env) -> MailSettings:
    """`EMAIL_URL`, `MAIL_FROM`, `MAIL_TIMEOUT_SECONDS`. Raises `ImproperlyConfigured` with the remedy, and never with the URL: it has the
    password in it.
    """
    url, sender = str(env.str("EMAIL_URL", default="")).strip(), str(env.str("MAIL_FROM", default="")).strip()
    timeout = env.float("MAIL_TIMEOUT_SECONDS", default=_TIMEOUT_SECONDS)
    if not url:
        return MailSettings()
    if not sender:
        raise ImproperlyConfigured(
            "EMAIL_URL を設定したときは、MAIL_FROM に差出人を設定してください（例: Meigara <meigara@example.com>）。"
        )
    # A mail is a dozen steps, which have to end before another process takes this one for dead (`DELIVERY_CLAIM_SECONDS`).
    if not 0 < timeout <= 10:
        raise ImproperlyConfigured("MAIL_TIMEOUT_SECONDS は 0 より大きく 10 以下の秒数にしてください。")
    if url == "consolemail://":
        return MailSettings(_read_sender(sender), _CONSOLE, timeout_seconds=timeout)
    return _read_server(url, _read_sender(sender), timeout)


def read_public_url(env: Env) -> str:
    """`PUBLIC_URL` without a slash at its end, empty where it is not set. Raises `ImproperlyConfigured`."""
    url = str(env.str("PUBLIC_URL", default="")).strip().rstrip("/")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if (
        not is_whole
        or parts.scheme not in ("https", "http")
        or parts.path
        or parts.query
        or parts.fragment
        or "@" in url
    ):
        raise ImproperlyConfigured(
            "PUBLIC_URL には利用者が開くアドレスを、パスを付けずに設定してください（例: https://meigara.example.com）。"
        )
    return url


def _read_server(url: str, sender: str, timeout: float) -> MailSettings:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in _PORTS or parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "EMAIL_URL を読めません。smtp+tls://（STARTTLS）、smtp+ssl://（最初から TLS）、smtp://（暗号化なし）のいずれかで始め、"
            f"利用者名とパスワードの記号は %40 のように書いてください（{_EXAMPLE}）。"
        )
    if bool(user) != bool(password):
        raise ImproperlyConfigured(
            f"EMAIL_URL には利用者名とパスワードの両方を書くか、両方とも省いてください（{_EXAMPLE}）。"
        )
    if password and parts.scheme == "smtp" and host not in _THIS_MACHINE:
        raise ImproperlyConfigured(
            "EMAIL_URL が smtp:// では、パスワードが暗号化されずに送られます。smtp+tls:// か smtp+ssl:// にしてください。"
        )
    return MailSettings(
        sender, _BACKEND, host, port or _PORTS[parts.scheme], user, password,
        starts_tls=parts.scheme == "smtp+tls", is_tls=parts.scheme == "smtp+ssl", timeout_seconds=timeout,
    )  # fmt: skip


def _read_sender(text: str) -> str:
    name, address = parseaddr(text)
    try:
        parsed = Address(display_name=name, addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        parsed = None
    if parsed is None or not parsed.domain or not text.isprintable() or not address.isascii():
        raise ImproperlyConfigured(
            "MAIL_FROM を差出人として読めません（例: Meigara <meigara@example.com>、または meigara@example.com）。"
        )
    return str(parsed)
