"""The form of the source of quotes, which needs no credentials."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from companies.choices import SCALE_CATEGORIES
from datasources.forms import SourceForm


class YahooForm(SourceForm):
    """Which quotes are fetched by schedule, and how often at most."""

    quote_scale_categories = forms.MultipleChoiceField(
        label=_("定期的に株価を取得する規模区分"),
        required=False,
        choices=[(name, _("規模区分なし") if name == "-" else name) for name in SCALE_CATEGORIES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("選ばなかった規模区分の銘柄も、銘柄の画面や API で求められたときに取得します。"),
    )

    class Meta(SourceForm.Meta):
        fields = ("name", "requests_per_minute", "quote_scale_categories", "base_url", "is_enabled")
        help_texts = {
            "requests_per_minute": _(
                "Yahoo Finance に 1 分間に送る回数の上限。全プロセスを通して守ります。空欄は制限なし。"
            )
        }
