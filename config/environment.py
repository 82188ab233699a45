"""The environment variables that settings are made from, read once, typed, and checked together.

Their defaults stand here and in what this calls; docs/settings.md tells them.
"""

import os
from collections.abc import MutableMapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from backups.retention import BackupPlan, read_backup_plan
from config.mail_settings import MailSettings, read_mail, read_public_url
from config.variables import reader_of
from database.database_settings import ConnectionLimits, read_connection_limits
from datasources.waiting import HttpPatience, read_patience
from operations.counter_files import set_aside_damaged
from operations.reserved_files import reserve_room_for_counters
from subscriptions.deliveries.limits import DeliveryLimits, read_delivery_limits

Network = IPv4Network | IPv6Network

_DEVELOPMENT_SECRET = "development-only-secret-key-never-used-when-debug-is-off-0123456789"  # noqa: S105
# What the release before called BROKER_URL.
_BROKER_URL_BEFORE = "CELERY_BROKER_URL"
_REMEDIES = {
    "SECRET_KEY": "50 文字以上の乱数（例: python -c 'import secrets; print(secrets.token_urlsafe(64))'）",
    "ENCRYPTION_KEYS": (
        "認証情報を暗号化する Fernet 鍵。新しい順にコンマ区切り（例: python -c "
        "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'）"
    ),
    "ALLOWED_HOSTS": "公開するホスト名。コンマ区切り（例: meigara.example.com）",
    "DATABASE_URL": "PostgreSQL の接続先（例: postgresql://user:password@db:5432/meigara）",
    "REDIS_URL": "キャッシュ用の Redis / Valkey の接続先（例: redis://:password@cache:6379/0）",
}


@dataclass(frozen=True, slots=True)
class WrongKeys:
    """How many API keys that are none one address may send within how long."""

    per_address: int
    window_seconds: int


# How patiently each provider is asked, by the beginning of its variables. 429 comes without Retry-After; the providers ask for a pause
# of at least a minute.
_PATIENCE = {
    "JQUANTS": HttpPatience(5.0, 30.0, 4, 2.0, 61.0),
    "YAHOO": HttpPatience(5.0, 10.0, 3, 2.0, 90.0),
    # Somebody waits for the answer: one attempt, and a short one.
    "YAHOO_ON_DEMAND": HttpPatience(2.0, 3.0, 1, 0.0, 90.0),
    "EDINET": HttpPatience(5.0, 60.0, 3, 5.0, 90.0),
    "JPX": HttpPatience(5.0, 60.0, 3, 5.0, 90.0),
}


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was told from outside. `debug` is off unless asked for."""

    debug: bool
    https_only: bool
    secret_key: str
    encryption_keys: list[str]
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    cors_allowed_origins: list[str]
    database_url: str
    connection_limits: ConnectionLimits
    redis_url: str
    broker_url: str
    backup_plan: BackupPlan
    metrics_token: str
    metrics_allowed_networks: list[Network]
    metrics_port: int | None
    trusted_proxies: list[Network]
    wrong_api_keys: WrongKeys
    runtime_directory: Path | None
    second_factor_required: bool
    flower_url: str
    log_format: str
    log_level: str
    static_from_packages: bool
    allow_private_sources: bool
    jquants_api_key: str
    jquants_base_url: str
    requests: dict[str, HttpPatience]
    delivery_limits: DeliveryLimits
    mail: MailSettings
    public_url: str


def read_environment(variables: MutableMapping[str, str] = os.environ) -> Environment:
    """Read the process's environment. Raises `ImproperlyConfigured` naming *every* missing variable and how to fill it."""
    env = reader_of(variables)
    debug = env.bool("DEBUG", default=False)
    values = _read_required(env, debug=debug)
    return Environment(
        debug=debug,
        https_only=env.bool("HTTPS_ONLY", default=not debug),
        secret_key=values["SECRET_KEY"],
        encryption_keys=_read_encryption_keys(values["ENCRYPTION_KEYS"]),
        allowed_hosts=_split(values["ALLOWED_HOSTS"]),
        csrf_trusted_origins=env.list("CSRF_TRUSTED_ORIGINS", default=[]),
        cors_allowed_origins=env.list("CORS_ALLOWED_ORIGINS", default=[]),
        database_url=values["DATABASE_URL"],
        connection_limits=read_connection_limits(env),
        redis_url=values["REDIS_URL"],
        broker_url=_read_broker_url(env, values["REDIS_URL"]),
        backup_plan=_read_backup_plan(env),
        metrics_token=str(env.str("METRICS_TOKEN", default="")),
        metrics_allowed_networks=_read_networks(env, "METRICS_ALLOWED_NETWORKS"),
        trusted_proxies=_read_networks(env, "TRUSTED_PROXIES"),
        wrong_api_keys=_read_wrong_keys(env),
        metrics_port=env.int("METRICS_PORT", default=None),
        runtime_directory=_prepare_runtime_directory(str(env.str("PROMETHEUS_MULTIPROC_DIR", default=""))),
        second_factor_required=env.bool("SECOND_FACTOR_REQUIRED", default=False),
        flower_url=str(env.str("FLOWER_URL", default="")),
        log_format=str(env.str("LOG_FORMAT", default="console" if debug else "json")),
        log_level=str(env.str("LOG_LEVEL", default="INFO")).upper(),
        static_from_packages=env.bool("STATIC_FROM_PACKAGES", default=debug),
        allow_private_sources=env.bool("ALLOW_PRIVATE_SOURCES", default=debug),
        jquants_api_key=str(env.str("JQUANTS_API_KEY", default="")).strip(),
        jquants_base_url=str(env.str("JQUANTS_BASE_URL", default="")).strip(),
        requests={name: read_patience(env, name, usual) for name, usual in _PATIENCE.items()},
        delivery_limits=read_delivery_limits(env, debug=debug),
        mail=read_mail(env),
        public_url=read_public_url(env),
    )


def _read_wrong_keys(env: Env) -> WrongKeys:
    return WrongKeys(
        per_address=env.int("WRONG_API_KEYS_PER_ADDRESS", default=100),
        window_seconds=env.int("WRONG_API_KEYS_WINDOW_SECONDS", default=60),
    )


def _read_required(env: Env, *, debug: bool) -> dict[str, str]:
    """A production start never falls back to a default that is not safe."""
    values = {name: str(env.str(name, default="")).strip() for name in _REMEDIES}
    if debug:
        values["SECRET_KEY"] = values["SECRET_KEY"] or _DEVELOPMENT_SECRET
        values["ALLOWED_HOSTS"] = values["ALLOWED_HOSTS"] or "localhost,127.0.0.1,[::1]"
        required = ["DATABASE_URL", "REDIS_URL"]
    else:
        required = list(_REMEDIES)
    missing = [name for name in required if not values[name]]
    if missing:
        lines = [f"  {name}: {_REMEDIES[name]}" for name in missing]
        raise ImproperlyConfigured("\n".join(["次の環境変数を設定してください。", *lines]))
    return values


def _read_broker_url(env: Env, cache_url: str) -> str:
    """Where the queue is, and the counts that must not be dropped when the cache is full; the cache's server where only
    that is named. The older name of the variable still holds.
    """
    return str(env.str("BROKER_URL", default="") or env.str(_BROKER_URL_BEFORE, default="") or cache_url)


def _prepare_runtime_directory(text: str) -> Path | None:
    """Where the processes of one machine leave their counters and signs of life; `None` where they do not.

    The variable has prometheus_client's name, because that looks at it too, and may have done so before us.
    """
    if not text:
        return None
    directory = Path(text)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"PROMETHEUS_MULTIPROC_DIR={text} を使えません（{error.strerror}）。") from error
    set_aside_damaged(directory)
    reserve_room_for_counters()
    return directory


def _read_backup_plan(env: Env) -> BackupPlan:
    try:
        return read_backup_plan(env)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error


def _read_networks(env: Env, name: str) -> list[Network]:
    try:
        return [ip_network(part) for part in _split(str(env.str(name, default="")))]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} を読めません: {error}。CIDR をコンマ区切りで書いてください（例: 10.0.0.0/8）。"
        ) from error


def _read_encryption_keys(text: str) -> list[str]:
    """The keys themselves are never repeated: a message may end up in a log."""
    keys = _split(text)
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"ENCRYPTION_KEYS の {position} 番目は Fernet 鍵ではありません。{_REMEDIES['ENCRYPTION_KEYS']}"
            ) from None
    return keys


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
