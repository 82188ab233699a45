"""The Celery application. Workers and beat start with `celery --app config`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from config.broker import use_for_redis
from config.secret_files import take_in_secret_files

# Flower looks for its password before anybody asks for a setting. What is wrong with a file, settings complain of.
take_in_secret_files(os.environ)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

use_for_redis()
# What `celery.current_app` means, in every thread: with the variable above set, Celery's part for Django sees to that.
app = Celery("meigara")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _keep_our_logging(**_options: Any) -> None:
    """Worker and beat log as `LOGGING` says: that somebody listens keeps Celery from setting up its own."""


setup_logging.connect(_keep_our_logging)
