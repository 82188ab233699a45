"""The sources that are asked by themselves, and the tokens that open them."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from datasources.base_urls import validate_base_url
from datasources.choices import QUOTED_BY_DEFAULT, ApiVersion, Plan, TokenKind
from datasources.registered import default_provider, provider_choices


def quoted_by_default() -> list[str]:
    """A list of its own for each source."""
    return list(QUOTED_BY_DEFAULT)


class DataSource(models.Model):
    """One account at a provider. The credentials are one encrypted text (`datasources.credentials`).

    What a column means for a source, and which it needs at all, its provider says (`datasources.providers`).
    """

    provider = models.TextField(_("提供元"), choices=provider_choices, default=default_provider)
    name = models.CharField(_("名称"), max_length=100, validators=[MinLengthValidator(1)])
    api_version = models.TextField(_("API バージョン"), choices=ApiVersion, default=ApiVersion.V2)
    base_url = models.CharField(
        _("ベース URL"), max_length=300, blank=True, validators=[validate_base_url],
        help_text=_("空欄は公式の API です。互換ゲートウェイを使う場合だけ、https:// から始まる URL を入力してください。"),
    )  # fmt: skip
    plan = models.TextField(
        _("契約プラン"), choices=Plan, default=Plan.FREE,
        help_text=_("毎分の回数の上限を決めます。上限を超える前に、こちらで待ちます。"),
    )  # fmt: skip
    contract_ends_on = models.DateField(
        _("契約の終了日"), null=True, blank=True,
        help_text=_("契約や認証情報を使える最後の日。30 日前、7 日前、1 日前に通知します。空欄なら通知しません。J-Quants の Free プランは登録から 1 年で終わります。"),
    )  # fmt: skip
    # Of the accounts whose provider has them (`datasources.jquants.plans`).
    uses_bulk_files = models.BooleanField(
        _("過去分の取込に一括ファイルを使う"), default=False, db_default=False,
        help_text=_("期間の一括取得で、月ごとの CSV ファイルを使い、リクエストの回数を減らします（Light 以上の V2）。列の名前を確かめ、ファイルごとに最初と最後の日を API の一覧と照合し、少しでも違えば今までどおり 1 日ずつ取得します。その理由は同期の画面に示します。"),
    )  # fmt: skip
    requests_per_minute = models.PositiveIntegerField(
        _("毎分の上限"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("1 分間に送る回数の上限。全プロセスを通して守ります。空欄は制限なし。"),
    )  # fmt: skip
    quote_scale_categories = ArrayField(
        models.TextField(), verbose_name=_("定期的に株価を取得する規模区分"), default=quoted_by_default, blank=True
    )
    encrypted_credentials = models.TextField(_("認証情報（暗号化）"), blank=True, default="", editable=False)
    is_enabled = models.BooleanField(
        _("有効"), default=True, help_text=_("無効にすると、定期同期も手動の同期も行いません。")
    )
    # By what a list is asked for only if it is another one (`syncjobs.issuer_sync`).
    kept_validators = models.JSONField(_("前回の一覧の識別情報"), null=True, blank=True, editable=False)
    last_checked_at = models.DateTimeField(_("最終接続テスト"), null=True, blank=True, editable=False)
    last_check_code = models.TextField(_("接続テストの結果コード"), blank=True, default="", editable=False)
    last_check_message = models.TextField(_("接続テストの結果"), blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("作成日時"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("更新日時"), auto_now=True, editable=False)

    class Meta:
        db_table = "data_sources"
        verbose_name = _("データソース")
        verbose_name_plural = _("データソース")
        ordering = ["id"]
        constraints = [
            # The API and the admin name a source by it.
            models.UniqueConstraint(
                fields=["name"],
                name="uq_data_sources_name",
                violation_error_message=_("同じ名称のデータソースがあります。"),
            ),
            # Law: quotes have one source, which the limit of requests is counted for.
            models.UniqueConstraint(fields=["provider"], condition=Q(provider="yahoo"), name="uq_data_sources_yahoo"),
            models.CheckConstraint(condition=Q(requests_per_minute__gte=1), name="ck_data_sources_requests"),
        ]

    def __str__(self) -> str:
        return self.name


class AccessToken(models.Model):
    """One V1 token, shared by all processes. A token is not used after `expires_at`."""

    source = models.ForeignKey(DataSource, models.CASCADE, related_name="tokens", verbose_name=_("データソース"))
    kind = models.TextField(_("種別"), choices=TokenKind)
    encrypted_value = models.TextField(_("トークン（暗号化）"))
    expires_at = models.DateTimeField(_("有効期限"))
    obtained_at = models.DateTimeField(_("取得日時"))

    class Meta:
        db_table = "data_source_tokens"
        verbose_name = _("アクセストークン")
        verbose_name_plural = _("アクセストークン")
        constraints = [
            # One of each kind: what is obtained anew replaces the old one.
            models.UniqueConstraint(fields=["source", "kind"], name="uq_data_source_tokens_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()}"
