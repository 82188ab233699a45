"""The queue of background work."""

import redis
from celery import current_app
from django.conf import settings


def queue_length(name: str = "") -> tuple[str, int]:
    """The name of the queue (`name`, else that of all work that has none of its own), and how many messages wait in it for a worker.
    Raises `redis.RedisError`.
    """
    name = name or current_app.conf.task_default_queue
    with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        length: int = client.llen(name)
        return name, length
