"""A real notifier on the test database: the process that takes the queue of deliveries, and no other."""

from celery import current_app
from django.db import connection
from django.utils import timezone

from subscriptions.destinations.models import Destination
from tests.syncjobs.worker import Worker


class Notifier(Worker):
    """With one thread for its tasks, as in production."""

    options = ("--pool", "threads", "--concurrency", "1")

    def tell(self) -> None:
        """What the schedule says every few seconds."""
        current_app.send_task("subscriptions.tasks.tell_others", queue=self.queue)

    def start_after_kill(self) -> None:
        """Another one, once it is known that whoever was killed does not send any more; and have it look."""
        self.start()
        Destination.objects.exclude(claim=None).update(claimed_until=timezone.now())
        self.tell()


def somebody_waits_for_a_lock() -> bool:
    """In this database; a look that no transaction keeps from seeing the present."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE NOT granted AND datname = current_database()"
        )
        (tables,) = cursor.fetchone()
        # Rows and numbers of transactions are of no database.
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        (rows,) = cursor.fetchone()
    return bool(tables + rows)
