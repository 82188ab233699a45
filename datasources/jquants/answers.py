"""What J-Quants' statuses mean, in words that an operator can act on. Pure.

Source: J-Quants, "Response Status" (jpx-jquants.com/en/spec/response-status), checked 2026-11.
"""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from datasources.errors import SourceError

_LONGEST_QUOTE = 200
_BY_STATUS: dict[int, tuple[str, str | Promise]] = {
    400: ("BAD_REQUEST", _("リクエストの内容を J-Quants が受け付けません。")),
    401: ("INVALID_CREDENTIALS", _("認証に失敗しました。認証情報を確認してください。")),
    403: (
        "FORBIDDEN",
        _(
            "アクセスが拒否されました。API キーが正しいか確認してください。正しい場合は、契約プランの対象外か、"
            "ベース URL の誤りです。"
        ),
    ),
    429: (
        "RATE_LIMITED",
        _(
            "J-Quants の回数の上限を超えました。データソースの契約プランの設定が、実際の契約と合っているか確認してください。"
        ),
    ),
}


def error_for_status(status: int, upstream: str) -> SourceError:
    """The error for a status other than 200. `upstream` is the provider's own message, quoted without secrets."""
    code, message = _meaning(status, upstream)
    quoted = (
        gettext("（J-Quants からの応答: {upstream}）").format(upstream=upstream[:_LONGEST_QUOTE]) if upstream else ""
    )
    return SourceError(code, f"{message}{quoted}", is_retryable=status == 429 or status >= 500, status=status)


def _meaning(status: int, upstream: str) -> tuple[str, str | Promise]:
    if status in (400, 403) and "subscription" in upstream.lower():
        return "PLAN_LIMIT", gettext("契約プランの対象外です（日付の範囲、またはデータの種類）。")
    if status >= 500:
        return (
            "SERVER_ERROR",
            gettext(
                "J-Quants のサーバーで障害が起きています（HTTP {status}）。しばらくしてからやり直してください。"
            ).format(status=status),
        )
    return _BY_STATUS.get(
        status,
        (
            "UNEXPECTED_RESPONSE",
            gettext("想定外の応答です（HTTP {status}）。ベース URL を確認してください。").format(status=status),
        ),
    )


def hide_secrets(text: str, secrets: Sequence[str]) -> str:
    """The text with every secret in it replaced; a service may repeat what it was sent."""
    for secret in secrets:
        text = text.replace(secret, "＊＊＊")
    return text
