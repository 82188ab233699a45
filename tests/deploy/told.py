"""What the product asks its environment for, heard while it asks."""

from config.environment import _REMEDIES, read_environment

REQUIRED = set(_REMEDIES)
#: The least with which it starts in production.
COMPLETE = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "ALLOWED_HOSTS": "meigara.example.com",
    "DATABASE_URL": "postgresql://user:password@db.invalid/meigara",
    "REDIS_URL": "redis://redis.invalid:6379/0",
    "BROKER_URL": "redis://queue.invalid:6379/0",
}
# Set where the product is developed only.
_NOT_IN_PRODUCTION = {"DEBUG", "STATIC_FROM_PACKAGES"}
# What a container is told by its part in the product, not by the installation.
BY_PART = {
    "web": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime"},
    "worker": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime", "METRICS_PORT": "8001"},
    "notifier": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime", "METRICS_PORT": "8001"},
    "beat": {"PROMETHEUS_MULTIPROC_DIR": "/tmp/runtime"},
    "flower": {},
    "migrate": {},
}


class _Variables(dict[str, str]):
    """Remembers which were looked up, there or not."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def _listen() -> set[str]:
    variables = _Variables(COMPLETE)
    read_environment(variables)
    return variables.asked


#: Every variable that `config.environment` reads.
ASKED = _listen()
#: Of these, what an installation may say.
KNOWN = ASKED - _NOT_IN_PRODUCTION - {name for told in BY_PART.values() for name in told}
