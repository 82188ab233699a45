"""What can be wrong with a source, with what it gives, and with what we keep to open it."""

from datetime import date

from django.utils.translation import gettext

from companies.ledger.listed_text import show_text


class ListFileError(ValueError):
    """The file is not a list of listed issues, or not a whole one. The message is Japanese, names the place (row,
    column) and says what to do.
    """

    def __init__(self, message: str) -> None:
        super().__init__(show_text(message))


class SourceError(Exception):
    """A source could not be read. `code` is a stable word, the message Japanese for an operator and without secrets.

    `is_retryable` alone decides whether asking again may help. `status` is the HTTP status, where there was one.
    """

    def __init__(self, code: str, message: str, *, is_retryable: bool = False, status: int | None = None) -> None:
        # What it quotes is of strangers; the message is stored and shown.
        self.message = show_text(message)
        super().__init__(self.message)
        self.code = code
        self.is_retryable = is_retryable
        self.status = status


class SourceNotAsked(SourceError):
    """Nothing was sent, for our own reasons: it says nothing about how the source is."""


class CredentialsUnreadable(SourceError):
    """No key of `ENCRYPTION_KEYS` opens what is stored."""

    def __init__(self) -> None:
        super().__init__(
            "CREDENTIALS_UNREADABLE",
            gettext(
                "保存されている認証情報を復号できません。ENCRYPTION_KEYS に保存時の鍵を加えるか、"
                "データソースの画面で認証情報を入力し直してください。"
            ),
        )


class CredentialsMissing(SourceError):
    """The source has nothing to authenticate with."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "CREDENTIALS_MISSING",
            gettext("{what}が設定されていません。データソースの画面で入力してください。").format(what=what),
        )


class DayNotPublished(SourceError):
    """The source only has the list of another day than was asked for. Nothing is wrong with the source."""

    def __init__(self, asked: date, published: date, publisher: str) -> None:
        super().__init__(
            "OTHER_DAY",
            gettext(
                "{publisher} が公開しているのは {published} の一覧だけで、{asked} の一覧は取得できません。日を指定しなければ、{published} の一覧を取得します。"
                "過去の一覧のファイルが手元にあれば、「一覧ファイルの取込」から取り込めます。"
            ).format(publisher=publisher, published=published, asked=asked),
        )


class QuoteNotCovered(SourceError):
    """The source of quotes does not have this company. Nothing is wrong with the source."""

    def __init__(self, code: str, provider: str) -> None:
        super().__init__(
            "QUOTE_NOT_COVERED",
            gettext("コード {code} の株価は {provider} にありません。").format(code=code, provider=provider),
        )
