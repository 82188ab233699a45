"""The scheduler that beat runs: the database's schedules, with signs of life."""

from typing import Any

from django_celery_beat.schedulers import DatabaseScheduler

from config.operations.liveness import note_alive


class LivingScheduler(DatabaseScheduler):  # type: ignore[misc] # untyped
    """Touches beat's file at each look at the schedules."""

    def tick(self, *args: Any, **options: Any) -> Any:
        """Send what is due; the seconds until the next look."""
        seconds = super().tick(*args, **options)
        note_alive("beat")
        return seconds
