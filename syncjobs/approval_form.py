"""The form of consent to a doubtful list: the number of its gravest changes, typed, and a reason."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from companies.choices import EventType
from companies.ledger.confirmation import differing_figures, figures_to_confirm
from syncjobs.models import REASON_LENGTH


class ApprovalForm(forms.Form):
    """Asks for the numbers of `counts` (events by kind that the list would make) that have to be confirmed."""

    def __init__(self, data: Any = None, *, counts: Mapping[str, int]) -> None:
        super().__init__(data)
        self._counts = counts
        self._asked = figures_to_confirm(counts)
        for kind in self._asked:
            self.fields[kind] = CountField(
                label=gettext("{kind}の件数").format(kind=EventType(kind).label),
                help_text=gettext("上に示した件数を、確かめて入力してください。"),
            )
        self.fields["reason"] = forms.CharField(
            label=_("取り込む理由"),
            help_text=_("承認した人と日時とともに記録します。"),
            max_length=REASON_LENGTH,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "maxlength": REASON_LENGTH}),
        )

    def clean(self) -> dict[str, Any]:
        """The numbers are those that were shown."""
        values: dict[str, Any] = super().clean() or {}
        for kind in differing_figures({k: values[k] for k in self._asked if values.get(k) is not None}, self._counts):
            if kind not in self.errors:
                self.add_error(kind, gettext("件数が違います。差分を確かめて、もう一度入力してください。"))
        return values

    def confirmed(self) -> dict[str, int]:
        """The numbers, by kind of event."""
        return {kind: self.cleaned_data[kind] for kind in self._asked}


class CountField(forms.CharField):
    """A whole number as it is shown and typed: `3,973` and `３９７３` too."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=20, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        digits = unicodedata.normalize("NFKC", super().clean(value)).replace(",", "").replace("、", "").strip()
        if not (digits.isascii() and digits.isdecimal()):
            raise forms.ValidationError(gettext("数字で入力してください。"))
        return int(digits)
