"""Puts the rooms together: settings, environment, routes, background work, first page and sidebar. Nobody imports it."""

import gc

# Starting makes half a million objects that stay, and at Python's 700 a collection looks through them a thousand times: a sixth of
# the seconds that each process takes to start. Requests, which leave hardly any cycles behind, are spared the same.
gc.set_threshold(10_000, 10, 10)

from config.celery import app as celery_app  # noqa: E402 the above is for this

__all__ = ["celery_app"]
