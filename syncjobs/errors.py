"""What can go wrong with imports."""


class UploadAlreadyFinished(Exception):
    """The upload was applied or discarded before, perhaps by a second click or another person."""
