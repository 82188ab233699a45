"""The form of a new user, and roles as boxes to tick with what each may do beside it."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _
from unfold.forms import UserCreationForm
from unfold.widgets import CHECKBOX_CLASSES

from sign_in.roles import description_of, label_of


class RolesWidget(forms.CheckboxSelectMultiple):
    """Each with what it may do."""

    template_name = "admin/auth/roles.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": " ".join(CHECKBOX_CLASSES), **(attrs or {})})

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """With the description of the role."""
        option: dict[str, Any] = super().create_option(name, value, *args, **options)
        option["description"] = description_of(value.instance.name)
        return option


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """Groups under the names that people know."""

    widget = RolesWidget

    def label_from_instance(self, obj: Any) -> str:
        return label_of(obj.name)


def roles_field(*, is_required: bool = False) -> RolesField:
    """In the order in which each may do more than the one before."""
    return RolesField(
        Group.objects.order_by("id"), label=_("ロール"), required=is_required,
        error_messages={"required": _("ロールを 1 つ以上選んでください。ないと、ログインしても何も見られません。")},
    )  # fmt: skip


class StaffCreationForm(UserCreationForm):  # type: ignore[misc] # untyped
    """Somebody who can sign in as soon as it is saved."""

    usable_password = None
    groups = roles_field(is_required=True)

    class Meta:
        model = User
        fields = ("username", "last_name", "first_name", "email", "groups")
