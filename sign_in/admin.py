"""Users and groups in the admin, in the look of the other pages."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from admin_pages.model_admin import StrictModelAdmin
from sign_in.second_factor import remove


class StaffAdmin(UserAdmin, StrictModelAdmin):  # type: ignore[type-arg] # not subscriptable at run time
    """Users, in the look of the other pages."""

    actions = ["remove_second_factors"]

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Permissions in words."""
        return _in_words(super().formfield_for_manytomany(db_field, request, **kwargs))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a superuser makes superusers and gives permissions one by one; administrators give roles."""
        fields = super().get_readonly_fields(request, obj)
        return fields if _is_superuser(request) else (*fields, "is_superuser", "user_permissions")

    @admin.action(description=_("選択したユーザーの二段階認証を解除する"), permissions=["change"])
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For those who lost their app and their paper."""
        allowed = [user for user in queryset if self.has_change_permission(request, user)]
        for user in allowed:
            remove(user)
        messages.success(request, gettext("{count} 人の二段階認証を解除しました。").format(count=len(allowed)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser is changed by superusers only."""
        may_change = super().has_change_permission(request, obj)
        return bool(may_change and (_is_superuser(request) or obj is None or not obj.is_superuser))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


class StaffGroupAdmin(GroupAdmin, StrictModelAdmin):
    """Groups, likewise."""

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Permissions in words."""
        return _in_words(super().formfield_for_manytomany(db_field, request, **kwargs))


#: Of a permission that Django makes for every model: how its codename begins.
_KINDS_OF_PERMISSION = {"view": _("閲覧"), "add": _("追加"), "change": _("変更"), "delete": _("削除")}


def _in_words(field: Any) -> Any:
    """Django names permissions in the database, in English and once for all; these follow the language of the page."""
    if field is not None and getattr(field, "queryset", None) is not None and field.queryset.model is Permission:
        field.label_from_instance = _permission_in_words
    return field


def _permission_in_words(permission: Permission) -> str:
    kind = permission.codename.partition("_")[0]
    what = _KINDS_OF_PERMISSION.get(kind) if permission.name.startswith("Can ") else None
    model = permission.content_type.model_class()
    subject = model._meta.verbose_name if model else permission.content_type.model
    return f"{subject}: {what or gettext(permission.name)}"


# The second factor has pages of its own; its keys are nobody else's to see.
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])
admin.site.register(User, StaffAdmin)
admin.site.register(Group, StaffGroupAdmin)
