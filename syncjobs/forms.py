"""The forms that lists come in by: an uploaded file, a sync, a back-fill."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from admin_pages.day_fields import DayField
from datasources.file_providers import file_provider
from datasources.issuer_providers import issuer_list_provider
from datasources.models import DataSource
from datasources.providers import list_provider_of, oldest_first_day
from syncjobs.sources import enabled_daily_sources, enabled_list_sources


class ListUploadForm(forms.Form):
    file = forms.FileField(
        label=_("一覧ファイル"),
        help_text=_("JPX の上場銘柄一覧（data_j.xls、または .xlsx・.csv に保存し直したもの）"),
        widget=UnfoldAdminFileFieldWidget,
    )

    def max_bytes(self) -> int:
        """What a file may have."""
        return file_provider().max_file_bytes

    def clean_file(self) -> bytes:
        """The content; what is far too large is not even read."""
        file = self.cleaned_data["file"]
        most = self.max_bytes()
        if file.size > most:
            raise forms.ValidationError(
                gettext("ファイルが大きすぎます（{size:,} バイト、上限 {max_file_bytes:,}）。").format(
                    size=file.size, max_file_bytes=most
                )
            )
        self.file_name = str(file.name)
        content: bytes = file.read()
        return content


class IssuerListUploadForm(ListUploadForm):
    """A list of issuers."""

    file = forms.FileField(
        label=_("EDINET コードリスト"),
        help_text=_("EDINET からダウンロードした Edinetcode_YYYYMMDD.zip（zip のまま）、または中の CSV"),
        widget=UnfoldAdminFileFieldWidget,
    )

    def max_bytes(self) -> int:
        return issuer_list_provider().max_file_bytes


class SourceOfListsForm(forms.Form):
    """Who is asked, for days that it can have a list of."""

    source = forms.ModelChoiceField(
        label=_("データソース"),
        queryset=DataSource.objects.none(),
        widget=UnfoldAdminSelectWidget,
        empty_label=None,
        error_messages={"invalid_choice": _("このデータソースは無効か、ありません。")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].queryset = enabled_list_sources()  # type: ignore[attr-defined] # of that kind of field

    def check_day(self, day: date | None) -> date | None:
        """The day, if it can have a list."""
        source = self.cleaned_data.get("source")
        first_day = list_provider_of(source).first_day if source else oldest_first_day()
        if day is not None and not first_day <= day <= timezone.localdate():
            raise forms.ValidationError(
                gettext("{first_day} から今日（{localdate}）までの日を指定してください。").format(
                    first_day=first_day, localdate=timezone.localdate()
                )
            )
        return day


class StartSyncForm(SourceOfListsForm):
    """One list."""

    day = DayField(
        label=_("基準日"),
        help_text=_(
            "空欄なら最新の一覧。休業日を指定すると翌営業日の一覧になります。毎月の一覧だけのデータソースでは、空欄にします。"
        ),
        required=False,
    )
    force = forms.BooleanField(
        label=_("いつもと大きく違う一覧でも、確認を待たずに取り込む"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def clean_day(self) -> date | None:
        """A day that has a list."""
        return self.check_day(self.cleaned_data["day"])


class BackfillForm(SourceOfListsForm):
    """A range of days, of a source that has each of them."""

    first = DayField(label=_("期間の始まり"), help_text=_("取り込み済みの日は飛ばします。"))
    last = DayField(label=_("期間の終わり"), help_text=_("契約プランの毎分の上限を守って、1 営業日ずつ取得します。"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].queryset = enabled_daily_sources()  # type: ignore[attr-defined] # of that kind of field

    def clean_first(self) -> date | None:
        """A day that has a list."""
        return self.check_day(self.cleaned_data["first"])

    def clean_last(self) -> date | None:
        """A day that has a list."""
        return self.check_day(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("first") and values.get("last") and values["first"] > values["last"]:
            self.add_error("last", gettext("期間の終わりは、始まり以降の日を指定してください。"))
        return values
