"""How a run that ended by no fault of its source says so: code and words."""

import errno

from django.utils.translation import gettext

from database.connections import is_full, is_read_only, is_unavailable


def describe_fault(error: Exception) -> tuple[str, str]:
    """Of what ended the work on a run. A list is written in one transaction: none of it is there."""
    if is_full(error):
        return (
            "DATABASE_FULL",
            gettext(
                "データベースのディスクに空きがないため、中断しました。何も書き込んでいません。"
                "空きを作ってから、もう一度実行してください（定期実行の一覧は自動で取得し直します）。"
            ),
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "DISK_FULL",
            gettext(
                "ワーカーのディスクに空きがないため、中断しました。何も書き込んでいません。"
                "空きを作ってから、もう一度実行してください（定期実行の一覧は自動で取得し直します）。"
            ),
        )
    if is_read_only(error):
        return (
            "DATABASE_READ_ONLY",
            gettext(
                "データベースが読み取り専用になったため、中断しました。何も書き込んでいません。"
                "書き込めるようになってから、もう一度実行してください（定期実行の一覧は自動で取得し直します）。"
            ),
        )
    if is_unavailable(error):
        return (
            "DATABASE_UNAVAILABLE",
            gettext("データベースに接続できなかったため、中断しました。何も書き込んでいません。"),
        )
    return (
        "INTERNAL_ERROR",
        gettext("内部エラーのため、中断しました。何も書き込んでいません。ログを確認してください。"),
    )
