"""API keys in the admin: made here, shown once, revoked here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from admin_pages.model_admin import StrictModelAdmin
from admin_pages.status_label import status_label
from api.keys import create_api_key, forget_after_commit, revoke
from api.models import ApiKey, Scope


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """Scopes as boxes to tick."""

    scopes = forms.MultipleChoiceField(
        label=_("権限"), choices=Scope.choices, initial=[Scope.READ], widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "rate_limit_per_hour", "expires_at"]


@admin.register(ApiKey)
class ApiKeyAdmin(StrictModelAdmin):
    """The key itself is shown in the message after it was made, and never again."""

    form = ApiKeyForm
    list_display = ("name", "shown_prefix", "shown_scopes", "expires_at", "last_used_at", "state", "created_at")
    search_fields = ("name", "prefix")
    readonly_fields = ("shown_prefix", "state", "last_used_at", "revoked_at", "created_by", "created_at")
    actions = ["revoke_keys"]

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

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """A new key is made by `create_api_key`; its plain text goes into the message only."""
        if change:
            super().save_model(request, obj, form, change)
            forget_after_commit(obj)
            return
        values = {name: form.cleaned_data[name] for name in ApiKeyForm.Meta.fields}
        key, plain = create_api_key(created_by=request.user, **values)  # type: ignore[arg-type]
        obj.pk, obj.prefix, obj.key_hash = key.pk, key.prefix, key.key_hash
        messages.warning(
            request,
            gettext("API キー: {plain}　この画面を閉じると二度と表示できません。今すぐ控えてください。").format(
                plain=plain
            ),
        )

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Keys are revoked, so that it stays known who had one."""
        return False

    @admin.action(description=_("選択したキーを失効させる"), permissions=["change"])
    def revoke_keys(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Useless from the next request on."""
        count = sum(revoke(key) for key in queryset)
        messages.success(request, gettext("{count} 件のキーを失効させました。").format(count=count))
