"""The form of the source of issuers, which needs no credentials."""

from django.utils.translation import gettext_lazy as _

from datasources.forms import SourceForm


class EdinetForm(SourceForm):
    """Where the list is downloaded, and how often at most."""

    class Meta(SourceForm.Meta):
        fields = ("name", "requests_per_minute", "base_url", "is_enabled")
        help_texts = {
            "requests_per_minute": _("EDINET に 1 分間に送る回数の上限。全プロセスを通して守ります。空欄は制限なし。"),
            "base_url": _(
                "空欄は公式のアドレスです。この下の Edinetcode.zip を取得します。社内に写しを置く場合だけ入力してください。"
            ),
            "is_enabled": _(
                "有効にすると、定期的に EDINET コード一覧を取得します。無効にすると、手動でも取得しません。"
            ),
        }
