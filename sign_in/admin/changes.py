"""The page of who changed what: searched, filtered, never edited."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Field
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.numbers import NOTHING
from admin_pages.read_only import ReadOnlyAdmin
from admin_pages.status_label import status_label
from sign_in.models import ChangeKind, RecordedChange
from sign_in.roles import label_of


@admin.register(RecordedChange)
class RecordedChangeAdmin(ReadOnlyAdmin):
    """Looking is all there is."""

    list_display = ("moment", "who", "kind_label", "what", "subject", "changes")
    list_display_links = ("moment",)
    list_filter = ("kind",)
    # Values too: what was changed to 18:00, and by whom.
    search_fields = ("person", "subject", "values", "reason", "address")
    search_help_text = _("実行者、対象、変更前後の値、理由、アドレスで検索")
    fields = ("moment", "who", "address", "kind_label", "what", "subject", "changes", "reason")
    readonly_fields = fields

    @display(description=_("日時"), ordering="made_at")
    def moment(self, change: RecordedChange) -> str:
        told = f"{timezone.localtime(change.made_at):%Y-%m-%d %H:%M:%S}"
        return format_html('<span class="whitespace-nowrap">{}</span>', told)

    @display(description=_("実行者"), ordering="person")
    def who(self, change: RecordedChange) -> str:
        return format_html('<span class="block min-w-20">{}</span>', change.person)

    @display(description=_("操作"), ordering="kind")
    def kind_label(self, change: RecordedChange) -> str:
        return status_label(ChangeKind(change.kind))

    @display(description=_("種別"), ordering="subject_model")
    def what(self, change: RecordedChange) -> str:
        """What kind of thing it is."""
        model = _model_of(change)
        return str(model._meta.verbose_name) if model else change.subject_model

    @display(description=_("変更内容"))
    def changes(self, change: RecordedChange) -> str:
        """Field by field: old → new."""
        return format_html_join("", '<div style="min-width:12rem">{}: {} → {}</div>', _told(change)) or NOTHING


def _told(change: RecordedChange) -> Iterator[tuple[str, str, str]]:
    model = _model_of(change)
    fields: dict[str, Any] = {field.name: field for field in model._meta.get_fields()} if model else {}
    for name, (old, new) in change.values.items():
        field = fields.get(name)
        label = str(field.verbose_name) if isinstance(field, Field) else gettext(name)
        yield label, _word(field, old), _word(field, new)


def _word(field: Any, value: Any) -> str:
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return gettext("はい") if value else gettext("いいえ")
    base = getattr(field, "base_field", field)
    choices = dict(getattr(base, "flatchoices", None) or [])
    parts = value if isinstance(value, list) else [value]
    if getattr(field, "related_model", None) is Group:
        choices = {part: label_of(part) for part in parts}
    return gettext("、").join(str(choices.get(part, part)) for part in parts)


def _model_of(change: RecordedChange) -> Any:
    try:
        return apps.get_model(change.subject_model)
    except (LookupError, ValueError):
        return None
