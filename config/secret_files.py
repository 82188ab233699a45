"""Secrets from files: `SECRET_KEY_FILE=/run/secrets/secret_key` says the same as `SECRET_KEY` with what stands in that file."""

from collections.abc import MutableMapping
from pathlib import Path

#: Every variable that is a secret, or has one in it.
SECRETS = (
    "SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL", "BROKER_URL", "CELERY_BROKER_URL", "METRICS_TOKEN",
    "JQUANTS_API_KEY", "FLOWER_BASIC_AUTH", "EMAIL_URL",
)  # fmt: skip


def take_in_secret_files(environ: MutableMapping[str, str]) -> list[str]:
    """Put what stands in the files into the environment, in the place of their names. Returns complaints, one a variable.

    Whoever reads a secret, hides it in logs or hands it on to a program of ours looks there and nowhere else. The kernel
    goes on showing (`/proc/PID/environ`, `docker inspect`) what the process was started with: the name of a file.
    """
    complaints = []
    for name in SECRETS:
        path = environ.get(f"{name}_FILE", "").strip()
        if not path:
            continue
        if environ.get(name, "").strip():
            complaints.append(f"{name} と {name}_FILE の両方が設定されています。どちらか一方にしてください。")
            continue
        try:
            secret = Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "UTF-8 ではありません"
            complaints.append(f"{name}_FILE={path} を読めません（{reason}）。")
            continue
        if not secret:
            complaints.append(f"{name}_FILE={path} は空です。")
            continue
        environ[name] = secret
        # A program of ours is told the secret itself, and would have both.
        del environ[f"{name}_FILE"]
    return complaints
