"""The schedule that is in the code, because nothing else may depend on it being right."""

from datetime import timedelta

MINUTE_SCHEDULE = {
    "decide-due-runs": {
        "task": "syncjobs.tasks.decide_due_runs",
        "schedule": timedelta(minutes=1),
        # A message that nobody took before the next one is worth nothing any more.
        "options": {"expire_seconds": 55},
    },
    "number-ledger": {
        "task": "syncjobs.tasks.number_ledger",
        "schedule": timedelta(minutes=1),
        "options": {"expire_seconds": 55},
    },
    "bring-lists-into-force": {
        "task": "syncjobs.tasks.bring_lists_into_force",
        "schedule": timedelta(minutes=1),
        "options": {"expire_seconds": 55},
    },
    "reconcile-official-days": {
        "task": "syncjobs.tasks.reconcile_official_days",
        "schedule": timedelta(minutes=1),
        "options": {"expire_seconds": 55},
    },
    "propose-successions": {
        "task": "syncjobs.tasks.propose_successions",
        "schedule": timedelta(minutes=1),
        "options": {"expire_seconds": 55},
    },
    "forget-idempotent-answers": {
        "task": "syncjobs.tasks.forget_idempotent_answers",
        "schedule": timedelta(hours=1),
        "options": {"expire_seconds": 3500},
    },
}
