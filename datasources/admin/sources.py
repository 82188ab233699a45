"""Data sources: settings as their provider asks for them, credentials that only go in, and a connection test."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from unfold.decorators import display

from admin_pages.moments import show_moment
from admin_pages.status_label import status_label
from datasources.connection_check import check_connection, health_of
from datasources.credentials import store_credentials
from datasources.file_providers import file_provider
from datasources.forms import SourceForm
from datasources.models import DataSource
from datasources.pauses import end_pause
from datasources.providers import Provider, addable_providers, provider_of
from datasources.source_setup import find_brought_source
from datasources.trial import try_entered
from sign_in.models import ChangeKind
from sign_in.recording import RecordingAdmin, record_request

_TEST = (_("接続テスト"), {"fields": ("checked_at", "check_message")})


@admin.register(DataSource)
class DataSourceAdmin(RecordingAdmin):
    """Accounts, and the one source of quotes. A source is switched off rather than deleted once it has synchronised, one that
    comes with the product always. A new one is of the provider that the address names, else of the first.
    """

    form = SourceForm
    # No secret is among them: that one was entered is written down by itself.
    recorded_fields = (
        "name", "provider", "api_version", "base_url", "plan", "uses_bulk_files", "contract_ends_on", "requests_per_minute", "quote_scale_categories", "is_enabled",
    )  # fmt: skip
    # Where an account may not have them it is not offered; a tick that is there stays in sight, with why it is refused.
    conditional_fields = {"uses_bulk_files": "uses_bulk_files || (api_version != 'v1' && plan != 'free')"}
    actions = None  # nobody deletes several accounts at once
    list_display = ("name", "provider", "version", "limit", "health", "checked_at")
    readonly_fields = ("checked_at", "check_message")
    change_form_outer_before_template = "admin/datasources/datasource/actions.html"
    change_form_after_template = "admin/datasources/datasource/try.html"

    @display(description=_("状態"))
    def health(self, source: DataSource) -> str:
        """How asking it went last."""
        return status_label(health_of(source))

    @display(description=_("最終接続テスト"), ordering="last_checked_at")
    def checked_at(self, source: DataSource) -> str:
        return show_moment(source.last_checked_at)

    @display(description=_("接続テストの結果"))
    def check_message(self, source: DataSource) -> str:
        """What the last test said, as far as it can be said in the language of the page."""
        return gettext(source.last_check_message) if source.last_check_message else ""

    @display(description=_("API バージョン"))
    def version(self, source: DataSource) -> str:
        """Of those that have one."""
        return provider_of(source).describe_version(source)

    @display(description=_("上限"))
    def limit(self, source: DataSource) -> str:
        """The plan of an account, else requests a minute."""
        return provider_of(source).describe_limit(source)

    def get_form(self, request: HttpRequest, obj: DataSource | None = None, change: bool = False, **kwargs: Any) -> Any:
        """By provider."""
        return super().get_form(request, obj, change, **{"form": _provider(request, obj).form, **kwargs})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """An account is called as its provider until somebody says otherwise."""
        return {"name": _provider(request, None).label, **super().get_changeform_initial_data(request)}

    def all_sections(self, request: HttpRequest, obj: DataSource | None = None) -> Any:
        """By provider."""
        return [*_provider(request, obj).fieldsets, _TEST]

    def get_fieldsets(self, request: HttpRequest, obj: DataSource | None = None) -> Any:
        """To those who may only look it is told whether there are credentials."""
        sections = super().get_fieldsets(request, obj)
        if obj is None or not provider_of(obj).form.secrets or self.has_change_permission(request, obj):
            return sections
        return [*sections, (_("認証情報"), {"fields": ("credentials_told",)})]

    @display(description=_("認証情報"))
    def credentials_told(self, source: DataSource) -> str:
        """To those who may only look: whether there are any."""
        return gettext("設定済み") if source.encrypted_credentials else gettext("未設定")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Where there is a provider that has accounts."""
        return bool(addable_providers()) and bool(super().has_add_permission(request))

    def has_delete_permission(self, request: HttpRequest, obj: DataSource | None = None) -> bool:
        """What comes with the product stays."""
        is_fixed = obj is not None and provider_of(obj).comes_with_product
        return not is_fixed and bool(super().has_delete_permission(request, obj))

    def get_urls(self) -> list[URLPattern]:
        """With the connection test."""
        check = path(
            "<int:source_id>/check/",
            self.admin_site.admin_view(require_POST(self.check_view)),
            name="datasources_datasource_check",
        )
        trial = self.admin_site.admin_view(require_POST(self.try_view))
        return [
            check, path("try/", trial, name="datasources_datasource_try"),
            path("<int:source_id>/try/", trial, name="datasources_datasource_try_again"), *super().get_urls(),
        ]  # fmt: skip

    @method_decorator(sensitive_post_parameters())
    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """What was posted never appears in an error report."""
        page: HttpResponse = super().changeform_view(request, *args, **options)
        return page

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """With whose source it is, and on the page of a new one whose it could be."""
        source = options.get("obj")
        context |= {"source_provider": _provider(request, source), "addable_providers": addable_providers()}
        context |= {"file_provider": file_provider(), "brought_source": find_brought_source()}
        context |= {"show_save_and_add_another": False}
        page: HttpResponse = super().render_change_form(request, context, *args, **options)
        return page

    def save_form(self, request: HttpRequest, form: SourceForm, change: bool) -> DataSource:
        """A new source is of the provider whose form it was."""
        if not change:
            form.instance.provider = _provider(request, None).name
        source: DataSource = super().save_form(request, form, change)
        return source

    def save_model(self, request: HttpRequest, obj: DataSource, form: SourceForm, change: bool) -> None:
        """Secrets that were entered replace the stored ones; what the last test said is no longer true then."""
        has_secrets = form.has_new_credentials()
        is_other = has_secrets or bool({"base_url", "api_version"} & set(form.changed_data))
        if is_other:
            obj.last_checked_at, obj.last_check_code, obj.last_check_message = None, "", ""
        super().save_model(request, obj, form, change)
        if has_secrets:
            store_credentials(obj, form.credentials())
            record_request(request, obj, ChangeKind.SECRET_CHANGED)
        if is_other:
            end_pause(obj)

    def response_add(self, request: HttpRequest, obj: DataSource, post_url_continue: str | None = None) -> HttpResponse:
        """On to its page, where the next step is."""
        messages.success(
            request,
            gettext("「{name}」を登録しました。次は、接続テストをしてから、最初の同期をします。").format(name=obj.name),
        )
        return redirect("admin:datasources_datasource_change", obj.pk)

    @method_decorator(sensitive_post_parameters())
    def try_view(self, request: HttpRequest, source_id: int | None = None) -> HttpResponse:
        """Try what is in the form, for the place beside its button. Nothing is saved."""
        source = get_object_or_404(DataSource, pk=source_id) if source_id else None
        is_allowed = self.has_change_permission(request, source) if source else self.has_add_permission(request)
        if not is_allowed:
            raise PermissionDenied
        form = self.get_form(request, source, change=source is not None)(request.POST, instance=source)
        context: dict[str, Any] = {"form": form}
        if form.is_valid() and form.sends_stored_secrets_elsewhere():
            form.add_error("base_url", gettext("アドレスを変えて試すときは、認証情報も入力してください。"))
        if form.is_valid():
            form.instance.provider = _provider(request, source).name
            context["result"] = try_entered(form.instance, form.credentials())
        return render(request, "admin/datasources/datasource/tried.html", context)

    def check_view(self, request: HttpRequest, source_id: int) -> HttpResponse:
        """Try the source and say in words how it went."""
        source = get_object_or_404(DataSource, pk=source_id)
        if not self.has_change_permission(request, source):
            raise PermissionDenied
        result = check_connection(source)
        level = messages.SUCCESS if result.is_ok else messages.ERROR
        messages.add_message(request, level, f"{source.name}: {result.message}")
        return redirect("admin:datasources_datasource_change", source.pk)


def _provider(request: HttpRequest, source: DataSource | None) -> Provider:
    if source is not None:
        return provider_of(source)
    choices = {provider.name: provider for provider in addable_providers()}
    name = request.GET.get("provider", next(iter(choices), ""))
    if name not in choices:
        raise Http404(name)
    return choices[name]
