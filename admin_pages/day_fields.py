"""Form fields for days: typed in any usual way, or taken from the browser's own calendar, which knows years."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTimeWidget

from admin_pages.days import UnreadableDay, read_day


class DayInput(forms.DateInput):
    """A text, because browsers' date fields take nothing that is pasted in another form; beside it their calendar.

    `static/meigara/admin.js` opens the calendar and carries what was chosen into the text.
    """

    template_name = "meigara/day_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {
            "class": " ".join(INPUT_CLASSES), "placeholder": "2024-03-29", "autocomplete": "off", "maxlength": 40,
        }  # fmt: skip
        super().__init__({**usual, **(attrs or {})}, format="%Y-%m-%d")


class DayField(forms.DateField):
    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """The day. Refuses by name what cannot be read."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value if not isinstance(value, str) else None)
        try:
            return read_day(value)
        except UnreadableDay as error:
            raise forms.ValidationError(explain_unreadable(value), code="invalid") from error


class SplitDayTimeWidget(forms.SplitDateTimeWidget):
    template_name = "unfold/widgets/split_datetime.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widgets = [
            DayInput(attrs={"aria-label": _("日付")}),
            UnfoldAdminTimeWidget(attrs={"aria-label": _("時刻"), "placeholder": "15:30"}),
        ]
        forms.MultiWidget.__init__(self, widgets, attrs)


class SplitDayTimeField(forms.SplitDateTimeField):
    """A day and a time of it, in two fields."""

    widget = SplitDayTimeWidget

    def __init__(self, **options: Any) -> None:
        times = forms.TimeField(error_messages={"invalid": _("時刻を 15:30 のように入力してください。")})
        forms.MultiValueField.__init__(self, (DayField(), times), **options)


def explain_unreadable(text: str) -> str:
    """Which text is no day, and how to write one."""
    return gettext(
        "「{text}」は日付として読めません。日付を正しく入力してください"
        "（2024-03-29、2024/3/29、20240329、2024年3月29日、令和6年3月29日 など）。"
    ).format(text=text.strip()[:40])
