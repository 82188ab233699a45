"""What the forms of sources share. Secrets go in and never come out: an empty field keeps what is stored."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext

from datasources.credentials import Credentials, find_credentials, hint
from datasources.errors import CredentialsUnreadable
from datasources.models import DataSource


class SourceForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """A source. Each provider names its fields, and among them those that are secret."""

    #: Fields of the form alone, named as those of `Credentials`.
    secrets: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = DataSource
        fields: tuple[str, ...] = ("name", "is_enabled")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stored = Credentials()
        if not self.secrets:
            return
        try:
            self._stored = find_credentials(self.instance)
        except CredentialsUnreadable as error:
            self.fields[self.secrets[0]].help_text = error.message
        else:
            for name in self.secrets:
                self.fields[name].help_text = gettext("{hint}。空欄のままなら変更しません。").format(
                    hint=hint(getattr(self._stored, name))
                )

    def credentials(self) -> Credentials:
        """What is stored, with what was entered in its place."""
        return Credentials(**{n: self.cleaned_data.get(n) or getattr(self._stored, n) for n in self.secrets})

    def sends_stored_secrets_elsewhere(self) -> bool:
        """Whether what is stored would go to an address that it was not stored for."""
        is_kept = any(not self.cleaned_data.get(name) and getattr(self._stored, name) for name in self.secrets)
        return is_kept and "base_url" in self.changed_data

    def has_new_credentials(self) -> bool:
        """Whether anything secret was entered."""
        return any(self.cleaned_data.get(name) for name in self.secrets)
