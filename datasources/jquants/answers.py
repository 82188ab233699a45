"""What J-Quants' statuses mean, in words that an operator can act on. Pure.

Source: J-Quants, "Response Status" (jpx-jquants.com/en/spec/response-status), checked 2026-11.
"""

from collections.abc import Sequence

from datasources.errors import SourceError

_LONGEST_QUOTE = 200
_BY_STATUS = {
    400: ("BAD_REQUEST", "リクエストの内容を J-Quants が受け付けません。"),
    401: ("INVALID_CREDENTIALS", "認証に失敗しました。認証情報を確認してください。"),
    403: (
        "FORBIDDEN",
        "アクセスが拒否されました。API キーが正しいか確認してください。正しい場合は、契約プランの対象外か、"
        "ベース URL の誤りです。",
    ),
    429: (
        "RATE_LIMITED",
        "J-Quants の回数の上限を超えました。データソースの契約プランの設定が、実際の契約と合っているか確認してください。",
    ),
}


def error_for_status(status: int, upstream: str) -> SourceError:
    """The error for a status other than 200. `upstream` is the provider's own message, quoted without secrets."""
    code, message = _meaning(status, upstream)
    quoted = f"（J-Quants からの応答: {upstream[:_LONGEST_QUOTE]}）" if upstream else ""
    return SourceError(code, f"{message}{quoted}", is_retryable=status == 429 or status >= 500, status=status)


def _meaning(status: int, upstream: str) -> tuple[str, str]:
    if status in (400, 403) and "subscription" in upstream.lower():
        return "PLAN_LIMIT", "契約プランの対象外です（日付の範囲、またはデータの種類）。"
    if status >= 500:
        return (
            "SERVER_ERROR",
            f"J-Quants のサーバーで障害が起きています（HTTP {status}）。しばらくしてからやり直してください。",
        )
    return _BY_STATUS.get(
        status, ("UNEXPECTED_RESPONSE", f"想定外の応答です（HTTP {status}）。ベース URL を確認してください。")
    )


def hide_secrets(text: str, secrets: Sequence[str]) -> str:
    """The text with every secret in it replaced; a service may repeat what it was sent."""
    for secret in secrets:
        text = text.replace(secret, "＊＊＊")
    return text
