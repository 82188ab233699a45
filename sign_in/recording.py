"""Writing down who changed what, with old and new values. What is secret is never among them: each page names what may be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Manager, Model
from django.http import HttpRequest
from django.utils import timezone

from admin_pages.model_admin import StrictModelAdmin
from sign_in.client_address import client_address
from sign_in.models import ChangeKind, RecordedChange

#: By field, the old and the new value, as JSON takes them.
Values = Mapping[str, Sequence[Any]]


def record_change(
    subject: Model,
    kind: ChangeKind,
    *,
    person: str,
    address: str = "",
    values: Values | None = None,
    reason: str = "",
    called: str = "",
) -> RecordedChange:
    """Keep that `person` did that to `subject`, in the transaction of the deed; `called` is a better name than its own."""
    return RecordedChange.objects.create(
        person=person, address=address, kind=kind, subject_model=subject._meta.label_lower, subject_id=str(subject.pk),
        subject=called or str(subject), values=dict(values or {}), reason=reason,
    )  # fmt: skip


def record_request(request: HttpRequest, subject: Model, kind: ChangeKind, **more: Any) -> RecordedChange:
    """The same for who is signed in."""
    return record_change(
        subject, kind, person=request.user.get_username(), address=client_address(request.META), **more
    )  # fmt: skip


def values_of(row: Model, fields: Sequence[str]) -> dict[str, Any]:
    """The fields of a row as JSON takes them: texts and numbers, lists sorted, related rows by their names."""
    return {name: _plain(getattr(row, name)) for name in fields}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of fields that differ, the old and the new."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def _plain(value: Any) -> Any:
    if isinstance(value, Manager):
        return sorted(map(str, value.all()))
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set):
        return sorted(map(str, value))
    return str(value)


def _that_are_set(values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of a new row: what is empty was not said."""
    return {name: [None, value] for name, value in values.items() if value not in (None, "", [])}


class RecordingAdmin(StrictModelAdmin):
    """Pages whose changes are written down: the fields of `recorded_fields`, and no others."""

    recorded_fields: ClassVar[tuple[str, ...]] = ()

    def recorded_values(self, row: Any) -> dict[str, Any]:
        """Of a row, by field."""
        return values_of(row, self.recorded_fields)

    def recorded_name(self, row: Any) -> str:
        """What a row is called."""
        return str(row)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With what it was before the form changes it."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "POST":
            request.recorded_before = self.recorded_values(row)  # type: ignore[attr-defined]
        return row

    def logged_as(self, row: Any) -> Any:
        """What Django's own log is told of, by its name."""
        return row

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """After the row and what belongs to it were saved."""
        record_request(
            request, obj, ChangeKind.ADDED, called=self.recorded_name(obj), values=_that_are_set(self.recorded_values(obj))
        )  # fmt: skip
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Only where something that may be shown differs."""
        row = type(obj)._default_manager.get(pk=obj.pk)
        before = getattr(request, "recorded_before", {})
        if changed := differences(before, self.recorded_values(row)):
            record_request(request, obj, ChangeKind.CHANGED, values=changed, called=self.recorded_name(obj))
        return super().log_change(request, self.logged_as(obj), message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """With what each was."""
        for row in queryset:
            was = self.recorded_values(row)
            record_request(
                request, row, ChangeKind.DELETED, values={name: [value, None] for name, (_, value) in _that_are_set(was).items()}
            )  # fmt: skip
        return super().log_deletions(request, queryset)
