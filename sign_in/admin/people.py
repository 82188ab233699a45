"""Users and groups in the admin, in the look of the other pages."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm

from admin_pages.moments import show_moment
from admin_pages.numbers import NOTHING
from admin_pages.status_label import status_label
from sign_in.models import ChangeKind
from sign_in.person_changes import tell_person_changed
from sign_in.recording import RecordingAdmin, record_request
from sign_in.roles import description_of, label_of
from sign_in.second_factor import remove
from sign_in.user_forms import StaffCreationForm, roles_field
from sign_in.user_state import UserState, state_of


class StaffAdmin(UserAdmin, RecordingAdmin):  # type: ignore[type-arg] # not subscriptable at run time
    """Users, in the look of the other pages."""

    actions = ["remove_second_factors"]
    list_display = ("username", "full_name", "roles", "state", "second_factor", "signed_in_at")
    list_filter = ("is_active", "groups")
    filter_horizontal = ("user_permissions",)
    recorded_fields = (
        "username", "last_name", "first_name", "email", "is_active", "is_staff", "is_superuser", "groups", "user_permissions",
    )  # fmt: skip

    form = UserChangeForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (_("ロール"), {"fields": ("groups",)}),
        (_("氏名とメールアドレス（任意）"), {"fields": (("last_name", "first_name"), "email")}),
    )
    fieldsets = (
        (None, {"fields": ("username", "password", ("last_name", "first_name"), "email")}),
        (_("ロール"), {"fields": ("groups",)}),
        (_("ログイン"), {"fields": ("is_active", "is_staff", "last_login", "date_joined")}),
        (_("詳細の権限"), {"fields": ("is_superuser", "user_permissions"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With roles and whether there is a second factor, in two queries for the whole list."""
        users: QuerySet[User] = super().get_queryset(request)
        factors = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return users.prefetch_related("groups").annotate(has_second_factor=Exists(factors))

    @display(description=_("氏名"))
    def full_name(self, user: User) -> str:
        """Family name first."""
        return " ".join(part for part in (user.last_name, user.first_name) if part) or NOTHING

    @display(description=_("ロール"))
    def roles(self, user: User) -> str:
        """A superuser has all of them."""
        names = [gettext("全権限")] if user.is_superuser else [label_of(group.name) for group in user.groups.all()]
        return gettext("、").join(names) or NOTHING

    @display(description=_("状態"), ordering="is_active")
    def state(self, user: User) -> str:
        return status_label(state_of(user))

    @display(description=_("二段階認証"))
    def second_factor(self, user: Any) -> str:
        return gettext("あり") if user.has_second_factor else gettext("なし")

    @display(description=_("最終ログイン"), ordering="last_login")
    def signed_in_at(self, user: User) -> str:
        return show_moment(user.last_login)

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Roles with what they may do, permissions in words."""
        if db_field.name == "groups":
            return roles_field()
        return _in_words(super().formfield_for_manytomany(db_field, request, **kwargs))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a superuser makes superusers and gives permissions one by one; administrators give roles."""
        fields = super().get_readonly_fields(request, obj)
        return fields if _is_superuser(request) else (*fields, "is_superuser", "user_permissions")

    def _add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Saying what the new person will be asked for."""
        context = {"second_factor_required": settings.SECOND_FACTOR_REQUIRED, **(extra_context or {})}
        return super()._add_view(request, form_url, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new user can sign in: there is nothing else here that one would be for."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        tell_person_changed(obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """With what the person's account opened."""
        tell_person_changed(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Likewise."""
        for user in queryset:
            tell_person_changed(user)
        super().delete_queryset(request, queryset)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """All that a user needs was in the form: no second one, as Django has it."""
        answer: HttpResponse = RecordingAdmin.response_add(self, request, obj, post_url_continue)
        if state_of(obj) is UserState.ACTIVE:
            messages.info(request, gettext("{name} さんは、いまからログインできます。").format(name=obj.get_username()))
        return answer

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002 Django's name
        """That it was changed is written down, and by whom; nothing of it."""
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            record_request(request, User.objects.get(pk=id), ChangeKind.SECRET_CHANGED)
        return answer

    @admin.action(description=_("選択したユーザーの二段階認証を解除する"), permissions=["change"])
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For those who lost their app and their paper."""
        allowed = [user for user in queryset if self.has_change_permission(request, user)]
        for user in allowed:
            remove(user)
            record_request(request, user, ChangeKind.SECOND_FACTOR_REMOVED)
        messages.success(request, gettext("{count} 人の二段階認証を解除しました。").format(count=len(allowed)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser is changed by superusers only."""
        may_change = super().has_change_permission(request, obj)
        return bool(may_change and (_is_superuser(request) or obj is None or not obj.is_superuser))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


class StaffGroupAdmin(GroupAdmin, RecordingAdmin):
    """Groups, likewise."""

    list_display = ("name", "role", "explained")
    recorded_fields = ("name", "permissions")

    @display(description=_("ロール"))
    def role(self, group: Group) -> str:
        return label_of(group.name)

    @display(description=_("説明"))
    def explained(self, group: Group) -> str:
        """What who has it may do."""
        return description_of(group.name)

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
