"""The forms of sources. Secrets go in and never come out: an empty field keeps what is stored."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordWidget

from companies.choices import SCALE_CATEGORIES
from datasources.choices import ApiVersion
from datasources.credentials import Credentials, find_credentials, hint
from datasources.errors import CredentialsUnreadable
from datasources.models import DataSource

_SECRETS = ("api_key", "mail_address", "password")


class JquantsForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """A J-Quants account."""

    api_key = forms.CharField(
        label=_("API キー（V2）"), required=False, max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    mail_address = forms.CharField(
        label=_("メールアドレス（V1）"), required=False, max_length=300,
        # Like a password it is never written back into the page, but it may be read while it is typed.
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off", "type": "text"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("パスワード（V1）"), required=False, max_length=300, strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    class Meta:
        model = DataSource
        fields = ("name", "api_version", "plan", "base_url", "is_enabled")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        try:
            self._stored = find_credentials(self.instance)
        except CredentialsUnreadable as error:
            self._stored = Credentials()
            self.fields["api_key"].help_text = error.message
        else:
            for name in _SECRETS:
                self.fields[name].help_text = gettext("{hint}。空欄のままなら変更しません。").format(
                    hint=hint(getattr(self._stored, name))
                )

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Each version needs its own credentials; they are sent in HTTP headers and must fit there."""
        values: dict[str, Any] = super().clean() or {}
        credentials = self.credentials()
        if values.get("api_version") == ApiVersion.V2 and not credentials.api_key and "api_key" not in self.errors:
            self.add_error(
                "api_key",
                gettext("V2 では API キーが必要です。J-Quants のダッシュボードで発行したものを入力してください。"),
            )
        if values.get("api_version") == ApiVersion.V1:
            for name in ("mail_address", "password"):
                if not getattr(credentials, name) and name not in self.errors:
                    self.add_error(name, gettext("V1 ではメールアドレスとパスワードが必要です。"))
        return values

    @sensitive_variables()
    def clean_api_key(self) -> str:
        """A key pasted with something else than a key."""
        key: str = self.cleaned_data["api_key"]
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            raise forms.ValidationError(
                gettext("API キーに使えない文字が含まれています。キーだけを貼り付けてください。")
            )
        return key

    def credentials(self) -> Credentials:
        """What is stored, with what was entered in its place."""
        return Credentials(**{n: self.cleaned_data.get(n) or getattr(self._stored, n) for n in _SECRETS})

    def has_new_credentials(self) -> bool:
        """Whether anything secret was entered."""
        return any(self.cleaned_data.get(name) for name in _SECRETS)


class YahooForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """The source of quotes, which needs no credentials."""

    quote_scale_categories = forms.MultipleChoiceField(
        label=_("定期的に株価を取得する規模区分"),
        required=False,
        choices=[(name, _("規模区分なし") if name == "-" else name) for name in SCALE_CATEGORIES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("選ばなかった規模区分の銘柄も、銘柄の画面や API で求められたときに取得します。"),
    )

    class Meta:
        model = DataSource
        fields = ("name", "requests_per_minute", "quote_scale_categories", "base_url", "is_enabled")
