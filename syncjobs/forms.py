"""The form that a list file is uploaded with."""

from django import forms
from unfold.widgets import UnfoldAdminFileFieldWidget

from datasources.jpx.table import MAX_FILE_BYTES


class ListUploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="一覧ファイル",
        help_text="JPX の上場銘柄一覧（data_j.xls、または .xlsx・.csv に保存し直したもの）",
        widget=UnfoldAdminFileFieldWidget,
    )

    def clean_file(self) -> bytes:
        """The content; what is far too large is not even read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(f"ファイルが大きすぎます（{file.size:,} バイト、上限 {MAX_FILE_BYTES:,}）。")
        self.file_name = str(file.name)
        content: bytes = file.read()
        return content
