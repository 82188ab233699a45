"""Data sources: settings by provider, credentials that only go in, and a connection test."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from unfold.decorators import display

from admin_pages.model_admin import StrictModelAdmin
from datasources.choices import Provider
from datasources.connection_check import check_connection, health_of
from datasources.credentials import store_credentials
from datasources.forms import JquantsForm, YahooForm
from datasources.models import DataSource
from datasources.pauses import end_pause

_TEST = (_("接続テスト"), {"fields": ("last_checked_at", "check_message")})
_YAHOO_FIELDSETS = (
    (None, {"fields": ("name", "requests_per_minute", "quote_scale_categories", "base_url", "is_enabled")}),
    _TEST,
)
_HEALTH = {"ok": _("正常"), "failing": _("異常"), "unchecked": _("未確認"), "disabled": _("無効")}
_COLOURS = {"ok": "success", "failing": "danger", "unchecked": "info", "disabled": "warning"}


@admin.register(DataSource)
class DataSourceAdmin(StrictModelAdmin):
    """J-Quants accounts, and the one source of quotes. A source is switched off rather than deleted once it has
    synchronised, that of quotes always.
    """

    form = JquantsForm
    actions = None  # nobody deletes several accounts at once
    list_display = ("name", "provider", "version", "limit", "health", "last_checked_at")
    fieldsets = (
        (None, {"fields": ("name", "api_version", "plan", "base_url", "is_enabled")}),
        (
            _("認証情報"),
            {
                "fields": ("api_key", "mail_address", "password"),
                "description": _("暗号化して保存します。保存した値は、末尾の 4 文字を除いて二度と表示しません。"),
            },
        ),
        _TEST,
    )
    readonly_fields = ("last_checked_at", "check_message")
    change_form_outer_before_template = "admin/datasources/datasource/actions.html"

    @display(
        description=_("状態"), label=_COLOURS
    )  # fmt: skip
    def health(self, source: DataSource) -> tuple[str, str]:
        """How asking it went last; the theme takes the colour by the first of the two."""
        return health_of(source), str(_HEALTH[health_of(source)])

    @display(description=_("接続テストの結果"))
    def check_message(self, source: DataSource) -> str:
        """What the last test said, as far as it can be said in the language of the page."""
        return gettext(source.last_check_message) if source.last_check_message else ""

    @display(description=_("API バージョン"))
    def version(self, source: DataSource) -> str:
        """Of those that have one."""
        return source.get_api_version_display() if source.provider == Provider.JQUANTS else "―"

    @display(description=_("上限"))
    def limit(self, source: DataSource) -> str:
        """The plan of an account, else requests a minute."""
        if source.provider == Provider.JQUANTS:
            return source.get_plan_display()
        limit = source.request_limit
        return gettext("制限なし") if limit is None else gettext("毎分 {limit:,} 回").format(limit=limit)

    def get_form(self, request: HttpRequest, obj: DataSource | None = None, change: bool = False, **kwargs: Any) -> Any:
        """By provider."""
        return super().get_form(request, obj, change, **({"form": YahooForm} if _is_yahoo(obj) else {}), **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: DataSource | None = None) -> Any:
        """By provider."""
        if _is_yahoo(obj):
            return _YAHOO_FIELDSETS
        sections = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sections
        return [*sections, (_("認証情報"), {"fields": ("credentials_told",)})]

    @display(description=_("認証情報"))
    def credentials_told(self, source: DataSource) -> str:
        """To those who may only look: whether there are any."""
        return gettext("設定済み") if source.encrypted_credentials else gettext("未設定")

    def has_delete_permission(self, request: HttpRequest, obj: DataSource | None = None) -> bool:
        """The source of quotes comes with the product."""
        return not _is_yahoo(obj) and bool(super().has_delete_permission(request, obj))

    def get_urls(self) -> list[URLPattern]:
        """With the connection test."""
        check = path(
            "<int:source_id>/check/",
            self.admin_site.admin_view(require_POST(self.check_view)),
            name="datasources_datasource_check",
        )
        return [check, *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """What was posted never appears in an error report."""
        page: HttpResponse = super().changeform_view(request, *args, **options)
        return page

    def save_model(self, request: HttpRequest, obj: DataSource, form: JquantsForm | YahooForm, change: bool) -> None:
        """Secrets that were entered replace the stored ones; what the last test said is no longer true then."""
        secrets = form if isinstance(form, JquantsForm) and form.has_new_credentials() else None
        is_other = secrets is not None or bool({"base_url", "api_version"} & set(form.changed_data))
        if is_other:
            obj.last_checked_at, obj.last_check_code, obj.last_check_message = None, "", ""
        super().save_model(request, obj, form, change)
        if secrets is not None:
            store_credentials(obj, secrets.credentials())
        if is_other:
            end_pause(obj)

    def check_view(self, request: HttpRequest, source_id: int) -> HttpResponse:
        """Try the source and say in words how it went."""
        source = get_object_or_404(DataSource, pk=source_id)
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        result = check_connection(source)
        level = messages.SUCCESS if result.is_ok else messages.ERROR
        messages.add_message(request, level, f"{source.name}: {result.message}")
        return redirect("admin:datasources_datasource_change", source.pk)


def _is_yahoo(source: DataSource | None) -> bool:
    return source is not None and source.provider == Provider.YAHOO
