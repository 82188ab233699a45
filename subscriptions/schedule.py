"""How often it is looked whether there is anything to tell; with what is below, the schedule that is in the code."""

from datetime import timedelta

from syncjobs.minute_schedule import MINUTE_SCHEDULE

#: A queue of its own, and a process that takes nothing else: telling waits for no sync, and no sync for telling.
QUEUE = "deliveries"

TELLING_SCHEDULE = {
    "tell-others": {
        "task": "subscriptions.tasks.tell_others",
        "schedule": timedelta(seconds=5),
        # While one is at work the next ones are worth nothing.
        "options": {"queue": QUEUE, "expire_seconds": 4},
    },
    # Where all other work is done: comparing official days with the lists takes a second, and nobody who is told waits for it.
    "look-at-conditions": {
        "task": "subscriptions.tasks.look_at_conditions",
        "schedule": timedelta(minutes=1),
        "options": {"expire_seconds": 55},
    },
}
SCHEDULE = {**MINUTE_SCHEDULE, **TELLING_SCHEDULE}
