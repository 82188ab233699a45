"""API keys in the admin: made here, shown once, their use told, revoked here. Who may not see all of them has their own."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from admin_pages.moments import show_moment
from admin_pages.status_label import status_label
from api.keys import create_api_key, forget_after_commit, revoke
from api.models import OWN_SCOPES, ApiKey, KeyState, Scope
from api.shown_uses import show_uses
from sign_in.models import ChangeKind
from sign_in.recording import RecordingAdmin, record_request

_EXAMPLE = "/api/v1/companies?limit=1"


def _scopes_field(scopes: Sequence[Scope]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("権限"), choices=[(scope.value, scope.label) for scope in scopes], initial=[Scope.READ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("「購読と通知先の管理」のキーは、キーを作成した人として、その人の権限で動きます。"),
    )  # fmt: skip


class OwnKeyForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """What somebody says of a key of their own: it has the usual limit, and does what they may do themselves."""

    scopes = _scopes_field(OWN_SCOPES)

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "expires_at"]


class ApiKeyForm(OwnKeyForm):
    """With all scopes there are."""

    scopes = _scopes_field(tuple(Scope))

    class Meta(OwnKeyForm.Meta):
        fields = ["name", "scopes", "rate_limit_per_hour", "expires_at"]


@admin.register(ApiKey)
class ApiKeyAdmin(RecordingAdmin):
    """The key itself is in the answer to making it, and nowhere else, ever."""

    list_display = ("name", "shown_prefix", "shown_scopes", "ends_at", "used_at", "state", "created_by", "made_at")
    list_select_related = ("created_by",)
    search_fields = ("name", "prefix", "created_by__username")
    readonly_fields = ("shown_prefix", "shown_scopes", "state", "used_at", "ended_at", "created_by", "made_at")
    actions = ["revoke_keys"]
    recorded_fields = ("name", "scopes", "rate_limit_per_hour", "expires_at")
    change_form_outer_before_template = "admin/api/apikey/revoke_link.html"
    change_form_outer_after_template = "admin/api/apikey/uses.html"

    @display(description=_("キー"))
    def shown_prefix(self, key: ApiKey) -> str:
        """Enough to tell keys apart."""
        return f"{key.prefix}…"

    @display(description=_("権限"))
    def shown_scopes(self, key: ApiKey) -> str:
        return "、".join(str(Scope(scope).label) for scope in key.scopes)

    @display(description=_("状態"))
    def state(self, key: ApiKey) -> str:
        """Whether it opens anything."""
        return status_label(key.state_at(timezone.now()))

    @display(description=_("有効期限"), ordering="expires_at")
    def ends_at(self, key: ApiKey) -> str:
        """Most never do."""
        return show_moment(key.expires_at) if key.expires_at else gettext("無期限")

    @display(description=_("最終利用"), ordering="last_used_at")
    def used_at(self, key: ApiKey) -> str:
        """To the minute."""
        return show_moment(key.last_used_at)

    @display(description=_("失効日時"))
    def ended_at(self, key: ApiKey) -> str:
        return show_moment(key.revoked_at)

    @display(description=_("作成日時"), ordering="created_at")
    def made_at(self, key: ApiKey) -> str:
        return show_moment(key.created_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        """Of who may not see all, their own."""
        keys: QuerySet[ApiKey] = super().get_queryset(request)
        return keys if super().has_view_permission(request) else keys.filter(created_by=request.user.pk)

    def get_form(self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any) -> Any:
        """By who asks."""
        form = ApiKeyForm if _manages(request) else OwnKeyForm
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def all_sections(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """What can be said, then what is known."""
        form = ApiKeyForm if _manages(request) else OwnKeyForm
        is_form = obj is None or self.has_change_permission(request, obj)
        left_out = "shown_scopes" if is_form else "scopes"
        fields = [name for name in (*form.Meta.fields, *self.readonly_fields) if name != left_out]
        return [(None, {"fields": fields})]

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """A new key is made by `create_api_key`; its plain text goes into the answer only."""
        if change:
            obj.is_personal = obj.is_personal or Scope.SUBSCRIBE in obj.scopes
            super().save_model(request, obj, form, change)
            forget_after_commit(obj)
            return
        values = {name: form.cleaned_data[name] for name in form.Meta.fields}
        values["is_personal"] = not _manages(request)
        key, plain = create_api_key(created_by=request.user, **values)  # type: ignore[arg-type] # signed in
        obj.pk, obj.prefix, obj.key_hash, obj.scopes = key.pk, key.prefix, key.key_hash, key.scopes
        request.plain_key = plain  # type: ignore[attr-defined]

    @sensitive_variables("context")
    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The page that shows the key. It is the answer itself: no session, cookie or address ever has the key."""
        context = {
            **self.admin_site.each_context(request), "title": gettext("新しい API キー"), "opts": self.opts, "key": obj,
            "plain": request.plain_key, "example_url": request.build_absolute_uri(_EXAMPLE),  # type: ignore[attr-defined]
        }  # fmt: skip
        answer = render(request, "admin/api/apikey/made.html", context)
        add_never_cache_headers(answer)
        return answer

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """With how the key is used, and whether it can be revoked."""
        key = options.get("obj")
        # A new one is shown at once: there is nothing else to go on to.
        context |= {"show_save_and_add_another": False, "show_save_and_continue": key is not None}
        if key is not None:
            is_open = key.state_at(timezone.now()) is not KeyState.REVOKED
            context |= {
                "uses": show_uses(key, timezone.localdate()),
                "can_revoke": is_open and self.may_revoke(request, key),
            }  # fmt: skip
        page: HttpResponse = super().render_change_form(request, context, *args, **options)
        return page

    def get_urls(self) -> list[URLPattern]:
        """With the page that asks before a key is revoked."""
        page = path("<int:key_id>/revoke/", self.admin_site.admin_view(self.revoke_view), name="api_apikey_revoke")
        return [page, *super().get_urls()]

    def revoke_view(self, request: HttpRequest, key_id: int) -> HttpResponse:
        """Says what it would do; by POST it does it."""
        key = get_object_or_404(self.get_queryset(request), pk=key_id)
        if not self.may_revoke(request, key):
            raise PermissionDenied
        if request.method == "POST":
            self._revoke(request, [key])
            return redirect("admin:api_apikey_change", key.pk)
        context = {
            **self.admin_site.each_context(request), "title": gettext("API キーの失効"), "opts": self.opts, "key": key,
            "uses": show_uses(key, timezone.localdate()),
        }  # fmt: skip
        return render(request, "admin/api/apikey/revoke.html", context)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_module_permission(request)) or _has_own(request)

    def has_view_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return bool(super().has_view_permission(request, obj)) or _is_own(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request)) or _has_own(request)

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Of one's own those that one could make today: who was an administrator once goes on with none of that time."""
        return bool(super().has_change_permission(request, obj)) or (_is_own(request, obj) and _is_usual(obj))

    def may_revoke(self, request: HttpRequest, key: ApiKey) -> bool:
        """Of one's own any."""
        return bool(super().has_change_permission(request, key)) or _is_own(request, key)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Keys are revoked, so that it stays known who had one."""
        return False

    @admin.action(description=_("選択したキーを失効させる"), permissions=["change"])
    def revoke_keys(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Useless from the next request on."""
        self._revoke(request, list(queryset))

    def _revoke(self, request: HttpRequest, keys: list[ApiKey]) -> None:
        allowed = [key for key in keys if self.may_revoke(request, key)]
        with transaction.atomic():
            revoked = [key for key in allowed if revoke(key)]
            for key in revoked:
                record_request(request, key, ChangeKind.REVOKED)
        if len(allowed) < len(keys):
            messages.error(request, gettext("失効させる権限のないキーがあります。"))
        if revoked:
            messages.success(request, gettext("{count} 件のキーを失効させました。").format(count=len(revoked)))
        elif allowed:
            messages.info(request, gettext("すでに失効しています。"))


def _manages(request: HttpRequest) -> bool:
    """Whether they make keys for others, of any scope."""
    return bool(request.user.has_perm("api.add_apikey") or request.user.has_perm("api.change_apikey"))


def _has_own(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("api.own_apikey"))


def _is_usual(key: ApiKey | None) -> bool:
    """Whether a key is as people make them for themselves."""
    usual_limit = ApiKey._meta.get_field("rate_limit_per_hour").default
    return key is None or (set(key.scopes) <= set(OWN_SCOPES) and key.rate_limit_per_hour <= usual_limit)


def _is_own(request: HttpRequest, key: ApiKey | None) -> bool:
    return _has_own(request) and (key is None or key.created_by_id == request.user.pk)
