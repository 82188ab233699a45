"""Who changed what: settings, keys, schedules, decisions, people."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class ChangeKind(ColouredChoices):
    """What was done."""

    ADDED = "added", Colour.SUCCESS, _("追加")
    CHANGED = "changed", Colour.INFO, _("変更")
    DELETED = "deleted", Colour.DANGER, _("削除")
    REVOKED = "revoked", Colour.DANGER, _("失効")
    APPROVED = "approved", Colour.WARNING, _("承認")
    REJECTED = "rejected", Colour.DEFAULT, _("却下")
    SECRET_CHANGED = "secret_changed", Colour.WARNING, _("認証情報・パスワードの変更")
    SECOND_FACTOR_REMOVED = "second_factor_removed", Colour.WARNING, _("二段階認証の解除")


class RecordedChange(models.Model):
    """One deed of a person (or a key, or a command) that others may ask about later. Never changed, never deleted by hand.

    `subject_model` is `app.model`; `subject` is how it was called then, and outlives it. `values` has, by field, the old and the
    new value; fields that are secret are not among them.
    """

    made_at = models.DateTimeField(_("日時"), db_default=Now())
    person = models.TextField(_("実行者"))
    address = models.TextField(_("アドレス"), blank=True)
    kind = models.TextField(_("操作"), choices=ChangeKind)
    subject_model = models.TextField(_("種別"))
    subject_id = models.TextField(_("対象の ID"))
    subject = models.TextField(_("対象"))
    values = models.JSONField(_("変更内容"), default=dict)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        db_table = "recorded_changes"
        verbose_name = _("変更の記録")
        verbose_name_plural = _("変更の記録")
        ordering = ["-made_at", "-id"]
        indexes = [
            # The newest, of all and of one thing.
            models.Index(fields=["-made_at"], name="ix_recorded_changes_made"),
            models.Index(fields=["subject_model", "subject_id", "-made_at"], name="ix_recorded_changes_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"
