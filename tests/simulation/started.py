"""Starts the services of this process's simulation and sets Django up on them; to be imported ahead of everything of the product."""

import logging
import os
import shutil
from contextlib import ExitStack
from pathlib import Path

from cryptography.fernet import Fernet

from tests.simulation.clock import directory_of_clock
from tests.simulation.kept import PROJECT, KeptCluster

DIRECTORY = directory_of_clock()
KEPT = KeptCluster(Path(os.environ.get("MEIGARA_LOCAL_DIR") or PROJECT / ".local"))
# `local` reads it when it is imported.
os.environ["MEIGARA_LOCAL_DIR"] = str(DIRECTORY)

import django  # noqa: E402

from tests.simulation.killable import Database, Store  # noqa: E402

stopping = ExitStack()
stopping.callback(shutil.rmtree, DIRECTORY, ignore_errors=True)
DATABASE, QUEUE, CACHE = (
    Database(DIRECTORY),
    Store(DIRECTORY, "queue", "noeviction"),
    Store(DIRECTORY, "cache", "allkeys-lru"),
)
for service in (DATABASE, QUEUE, CACHE):
    stopping.callback(service.stop)
DATABASE.begin_with(KEPT)
for store in (QUEUE, CACHE):
    store.start()
os.environ.update(
    {
        "DATABASE_URL": DATABASE.url, "BROKER_URL": QUEUE.url, "REDIS_URL": CACHE.url, "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "s" * 64, "ENCRYPTION_KEYS": Fernet.generate_key().decode(), "METRICS_TOKEN": "m" * 32,
        "ALLOWED_HOSTS": "127.0.0.1", "HTTPS_ONLY": "false", "ALLOW_PRIVATE_SOURCES": "true", "ALLOW_PRIVATE_RECEIVERS": "true",
        "PYTHONWARNINGS": "ignore", "LOG_FORMAT": "json", "LOG_LEVEL": "CRITICAL", "JQUANTS_BACKOFF_SECONDS": "0.01", "JQUANTS_WAIT_AFTER_LIMIT_SECONDS": "0.3",
    }
)  # fmt: skip
django.setup()
# Connections break here all the time.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
