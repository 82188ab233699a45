"""The form of the source of the monthly list, which needs no credentials."""

from django.utils.translation import gettext_lazy as _

from datasources.forms import SourceForm


class JpxForm(SourceForm):
    """Where the list is downloaded, and how often at most."""

    class Meta(SourceForm.Meta):
        fields = ("name", "requests_per_minute", "base_url", "is_enabled")
        help_texts = {
            "requests_per_minute": _("JPX に 1 分間に送る回数の上限。全プロセスを通して守ります。空欄は制限なし。"),
            "base_url": _(
                "空欄は公式のアドレスです。アドレスが変わったときや、社内に写しを置くときだけ入力してください。"
                "ファイルのアドレス（.xls・.xlsx・.csv で終わるもの）か、data_j.xlsx または data_j.xls のある場所のアドレスです。"
            ),
            "is_enabled": _(
                "有効にすると、毎月の一覧が公開されるころから届くまで、定期的に確かめて取得します。無効にすると、手動でも取得しません。"
            ),
        }
