"""The project: settings, routes, background work and what every endpoint shares."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
