"""What can go wrong with a backup."""


class BackupError(Exception):
    """The message is Japanese, says what to do, and is all that an operator needs."""


class BackupDamaged(BackupError):
    """The file is not what was written, or was never a backup."""

    def __init__(self) -> None:
        super().__init__(
            "ファイルが壊れているか、このコマンドのバックアップではありません。別のバックアップを使ってください。"
        )


class DatabaseNotEmpty(BackupError):
    """Restoring would replace what is there."""
