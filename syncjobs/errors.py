"""What can go wrong with imports and runs."""

from uuid import UUID

from django.utils.translation import gettext


class UploadAlreadyFinished(Exception):
    """The upload was applied or discarded before, perhaps by a second click or another person."""


class SyncAlreadyRunning(Exception):
    """The source is busy with the run `run_id`."""

    def __init__(self, run_id: UUID) -> None:
        super().__init__(gettext("このデータソースの同期がすでに実行中です（{run_id}）。").format(run_id=run_id))
        self.run_id = run_id


class SourceNotUsable(Exception):
    """There is no source to ask, or it is switched off. The message is Japanese and says what to do."""


class RunNotCancellable(Exception):
    """The run has ended, or is a day of a back-fill, which is cancelled as a whole."""


class RunIsApplying(RunNotCancellable):
    """The list is being written: that is one transaction, and cannot be stopped in its middle."""


class RunNotApprovable(Exception):
    """The run does not wait for a decision, or its rows cannot be a list whoever approves them."""


class FiguresDiffer(Exception):
    """Who approves says otherwise than it is now, or (`missing`) did not say, how many changes of the kinds in `kinds` there
    are. `counts` has what is right now, by kind.
    """

    def __init__(self, kinds: list[str], counts: dict[str, int], missing: list[str]) -> None:
        super().__init__(f"{kinds} of {counts}")
        self.kinds, self.counts, self.missing = kinds, counts, missing


class RunCancelled(Exception):
    """Somebody asked for the end of the run that is being worked on."""


class RunLost(Exception):
    """The run is no longer ours: it was taken for dead while we worked on it."""
