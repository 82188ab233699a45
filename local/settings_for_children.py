"""The environment of the programs we start: the user's own, with safe local values for what it lacks."""

import os
import secrets
from collections.abc import Mapping

from cryptography.fernet import Fernet

from local.embedded import read_private, write_private
from local.places import LOCAL


def children_environment(urls: Mapping[str, str]) -> dict[str, str]:
    """`os.environ` completed by the services' URLs, secrets made once and kept, and local settings. What is set wins."""
    defaults = {
        **urls,
        **_kept_secrets(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "HTTPS_ONLY": "false",
        "TRUSTED_PROXIES": "127.0.0.0/8,::1/128",
        "LOG_FORMAT": "console",
        "ALLOW_PRIVATE_SOURCES": "true",
        "ALLOW_PRIVATE_RECEIVERS": "true",
        "PYTHONUNBUFFERED": "1",
    }
    given = {name: value for name, value in os.environ.items() if value}
    return {**defaults, **given}


def _kept_secrets() -> dict[str, str]:
    """Random, and the same from run to run: sessions and stored credentials outlive a restart."""
    path = LOCAL / "secrets.json"
    kept = {name: str(value) for name, value in read_private(path).items()}
    made = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "METRICS_TOKEN": secrets.token_urlsafe(24),
    }
    if made.keys() - kept.keys():
        kept = {**made, **kept}
        LOCAL.mkdir(parents=True, exist_ok=True)
        write_private(path, kept)
    return kept
