"""The form of a J-Quants account."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.widgets import UnfoldAdminPasswordWidget

from datasources.choices import ApiVersion
from datasources.forms import SourceForm
from datasources.jquants.plans import gives_bulk_files


class JquantsForm(SourceForm):
    """A J-Quants account."""

    secrets = ("api_key", "mail_address", "password")

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

    class Meta(SourceForm.Meta):
        fields = ("name", "api_version", "plan", "uses_bulk_files", "contract_ends_on", "base_url", "is_enabled")

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
        self._refuse_bulk_files_without_plan(values)
        return values

    def _refuse_bulk_files_without_plan(self, values: dict[str, Any]) -> None:
        version, plan = values.get("api_version"), values.get("plan")
        if values.get("uses_bulk_files") and version and plan and not gives_bulk_files(version, plan):
            self.add_error(
                "uses_bulk_files",
                gettext(
                    "一括ファイルは、V2 の Light 以上の契約で使えます。チェックを外すか、契約プランを選び直してください。"
                ),
            )

    @sensitive_variables()
    def clean_api_key(self) -> str:
        """A key pasted with something else than a key."""
        key: str = self.cleaned_data["api_key"]
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            raise forms.ValidationError(
                gettext("API キーに使えない文字が含まれています。キーだけを貼り付けてください。")
            )
        return key
