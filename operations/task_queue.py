"""The queue of background work."""

import redis
from celery import current_app
from django.conf import settings


def queue_length() -> tuple[str, int]:
    """The name of the queue, and how many messages wait in it for a worker. Raises `redis.RedisError`."""
    name: str = current_app.conf.task_default_queue
    with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        length: int = client.llen(name)
        return name, length
