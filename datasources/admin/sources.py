"""Data sources: settings, credentials that only go in, and a connection test."""

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
from unfold.admin import ModelAdmin
from unfold.decorators import display

from datasources.connection_check import check_connection, health_of
from datasources.credentials import store_credentials
from datasources.forms import DataSourceForm
from datasources.models import DataSource

_HEALTH = {"ok": _("正常"), "failing": _("異常"), "unchecked": _("未確認"), "disabled": _("無効")}
_COLOURS = {"ok": "success", "failing": "danger", "unchecked": "info", "disabled": "warning"}


@admin.register(DataSource)
class DataSourceAdmin(ModelAdmin):
    """J-Quants accounts. A source is switched off rather than deleted once it has synchronised."""

    form = DataSourceForm
    actions = None  # nobody deletes several accounts at once
    list_display = ("name", "provider", "api_version", "plan", "health", "last_checked_at")
    fieldsets = (
        (None, {"fields": ("name", "api_version", "plan", "base_url", "is_enabled")}),
        (
            _("認証情報"),
            {
                "fields": ("api_key", "mail_address", "password"),
                "description": _("暗号化して保存します。保存した値は、末尾の 4 文字を除いて二度と表示しません。"),
            },
        ),
        (_("接続テスト"), {"fields": ("last_checked_at", "check_message")}),
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

    def save_model(self, request: HttpRequest, obj: DataSource, form: DataSourceForm, change: bool) -> None:
        """Secrets that were entered replace the stored ones; what the last test said is no longer true then."""
        is_other = form.has_new_credentials() or bool({"base_url", "api_version"} & set(form.changed_data))
        if is_other:
            obj.last_checked_at, obj.last_check_code, obj.last_check_message = None, "", ""
        super().save_model(request, obj, form, change)
        if form.has_new_credentials():
            store_credentials(obj, form.credentials())

    def check_view(self, request: HttpRequest, source_id: int) -> HttpResponse:
        """Try the source and say in words how it went."""
        source = get_object_or_404(DataSource, pk=source_id)
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        result = check_connection(source)
        level = messages.SUCCESS if result.is_ok else messages.ERROR
        messages.add_message(request, level, f"{source.name}: {result.message}")
        return redirect("admin:datasources_datasource_change", source.pk)
