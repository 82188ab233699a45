"""Puts the rooms together: settings, environment, routes, background work, first page and sidebar. Nobody imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
