"""What opens a source, kept encrypted; never shown whole, not even by `repr`."""

import json
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from datasources.choices import ApiVersion
from datasources.encryption import decrypt, encrypt
from datasources.errors import CredentialsMissing
from datasources.models import AccessToken, DataSource

_HINT_CHARACTERS = 4
# A short secret shows less of itself: half of it would be no secret any more.
_SHORTEST_HINTED = 12


@dataclass(frozen=True, slots=True)
class Credentials:
    """V2 uses `api_key`; V1 uses `mail_address` and `password`. What is not used is empty."""

    api_key: str = field(default="", repr=False)
    mail_address: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def secrets(self) -> list[str]:
        """The texts that must not appear anywhere."""
        return [value for value in (self.api_key, self.mail_address, self.password) if value]


@sensitive_variables()
def store_credentials(source: DataSource, credentials: Credentials) -> None:
    """Keep credentials in place of older ones, whose tokens are worthless from then on. Saves the source."""
    source.encrypted_credentials = encrypt(json.dumps(asdict(credentials)))
    source.save(update_fields=["encrypted_credentials", "updated_at"])
    AccessToken.objects.filter(source=source).delete()


@sensitive_variables()
def read_credentials(source: DataSource) -> Credentials:
    """What was stored. Raises `CredentialsUnreadable`; `CredentialsMissing` where the version's own are not there."""
    credentials = find_credentials(source)
    if source.api_version == ApiVersion.V2 and not credentials.api_key:
        raise CredentialsMissing(gettext("API キー"))
    if source.api_version == ApiVersion.V1 and not (credentials.mail_address and credentials.password):
        raise CredentialsMissing(gettext("メールアドレスまたはパスワード"))
    return credentials


@sensitive_variables()
def find_credentials(source: DataSource) -> Credentials:
    """What was stored, empty where nothing was. Raises `CredentialsUnreadable`."""
    if not source.encrypted_credentials:
        return Credentials()
    return Credentials(**json.loads(decrypt(source.encrypted_credentials)))


def hint(secret: str) -> str:
    """As much of a secret as may be shown: that it is set, and its last 4 characters."""
    if not secret:
        return gettext("未設定")
    if len(secret) < _SHORTEST_HINTED:
        return gettext("設定済み")
    return gettext("設定済み（末尾 {end}）").format(end=secret[-_HINT_CHARACTERS:])
