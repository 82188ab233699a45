"""Who may use the REST API, and which state of the data its cached answers are from."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from wording.coloured_choices import Colour, ColouredChoices


class Scope(models.TextChoices):
    """What a key allows."""

    READ = "read", _("読み取り")
    SYNC = "sync", _("同期の実行")
    SUBSCRIBE = "subscribe", _("購読と通知先の管理")


#: Of a key that a person makes for themselves: what comes of it is theirs.
OWN_SCOPES = (Scope.READ, Scope.SUBSCRIBE)


class KeyState(ColouredChoices):
    """Whether a key opens anything."""

    GOOD = "good", Colour.SUCCESS, _("有効")
    EXPIRED = "expired", Colour.WARNING, _("期限切れ")
    REVOKED = "revoked", Colour.DANGER, _("失効")
    PERSON_DISABLED = "person_disabled", Colour.DEFAULT, _("作成者が無効")


class ApiKey(models.Model):
    """One key. Only its SHA-256 is stored: it has 256 random bits, so a slow password hash would protect nothing more
    and cost every request.
    """

    name = models.CharField(_("名前"), max_length=100)
    prefix = models.CharField(_("先頭"), max_length=12, editable=False)
    key_hash = models.CharField(_("ハッシュ"), max_length=64, editable=False)
    scopes = ArrayField(models.TextField(choices=Scope), verbose_name=_("権限"))
    rate_limit_per_hour = models.PositiveIntegerField(
        _("1 時間あたりの上限"), default=1000, validators=[MinValueValidator(1)]
    )
    expires_at = models.DateTimeField(_("有効期限"), null=True, blank=True, help_text=_("空欄は無期限。"))
    revoked_at = models.DateTimeField(_("失効日時"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("最終利用"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("作成者"),
    )  # fmt: skip
    # One that acts for whoever made it; a key that an administrator made for a program outlives their account.
    is_personal = models.BooleanField(_("作成者本人のキー"), default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("作成日時"), db_default=Now(), editable=False)

    class Meta:
        db_table = "api_keys"
        verbose_name = _("API キー")
        verbose_name_plural = _("API キー")
        ordering = ["-created_at"]
        permissions = [("own_apikey", _("自分用の読み取りキーを作り、失効させられる"))]
        constraints = [
            # Every request looks its key up by hash.
            models.UniqueConstraint(fields=["key_hash"], name="uq_api_keys_hash"),
            models.CheckConstraint(condition=Q(rate_limit_per_hour__gte=1), name="ck_api_keys_rate_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.prefix}…）"

    @property
    def is_authenticated(self) -> bool:
        """A valid key is its own identity: REST framework asks this of `request.user`."""
        return True

    def state_at(self, moment: datetime) -> KeyState:
        """As the key is known to stand then."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.is_personal and self.created_by is not None and not self.created_by.is_active:
            return KeyState.PERSON_DISABLED
        is_over = self.expires_at is not None and self.expires_at <= moment
        return KeyState.EXPIRED if is_over else KeyState.GOOD


class ApiKeyUse(models.Model):
    """How often a key asked an endpoint on a day (in Japan), as web processes counted it; told within a minute or so."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="uses", db_index=False, verbose_name=_("API キー"))
    day = models.DateField(_("日"))
    endpoint = models.TextField(_("エンドポイント"))
    requests = models.BigIntegerField(_("回数"))
    last_address = models.TextField(_("最後のアドレス"), blank=True)
    last_used_at = models.DateTimeField(_("最後の利用"))

    class Meta:
        db_table = "api_key_uses"
        verbose_name = _("API キーの利用")
        verbose_name_plural = _("API キーの利用")
        constraints = [
            # What several processes counted is added up in one row; and a key's page reads its last days by it.
            models.UniqueConstraint(fields=["key", "day", "endpoint"], name="uq_api_key_uses_day"),
            models.CheckConstraint(condition=Q(requests__gte=1), name="ck_api_key_uses_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.day} {self.endpoint}"


class DataState(models.Model):
    """When a state of the data, as answers name it, was first read (`api.state_moments`)."""

    state = models.TextField(_("データの時点"), primary_key=True)
    first_seen_at = models.DateTimeField(_("最初に読まれた日時"))

    class Meta:
        db_table = "data_states"
        verbose_name = _("データの時点")
        verbose_name_plural = _("データの時点")
        constraints = [
            # A caller tells by the second alone which state it has; and the last one is found by it.
            models.UniqueConstraint(fields=["first_seen_at"], name="uq_data_states_second"),
        ]

    def __str__(self) -> str:
        return self.state


class IdempotentAnswer(models.Model):
    """The answer to the first request with an `Idempotency-Key`, kept for a day (`api.idempotent_answers`).

    `caller` is a key or a person (`key 12`, `user 3`), `key_hash` of what they chose, `fingerprint` of their request. `sealed` are headers and body,
    encrypted: they may tell a secret that is shown once.
    """

    caller = models.TextField(_("呼び出し元"))
    key_hash = models.CharField(_("キーのハッシュ"), max_length=64)
    fingerprint = models.CharField(_("リクエストのハッシュ"), max_length=64)
    status = models.PositiveSmallIntegerField(_("ステータス"))
    sealed = models.BinaryField(_("応答（暗号化）"))
    created_at = models.DateTimeField(_("作成日時"), db_default=Now())

    class Meta:
        db_table = "idempotent_answers"
        verbose_name = _("保存された応答")
        verbose_name_plural = _("保存された応答")
        # What is over is found by its time.
        indexes = [models.Index(fields=["created_at"], name="ix_idempotent_answers_created")]
        constraints = [
            # A request is done once for each key; and a caller's keys are counted by it.
            models.UniqueConstraint(fields=["caller", "key_hash"], name="uq_idempotent_answers_key"),
            # What the server could not do is not an answer to keep.
            models.CheckConstraint(condition=Q(status__gte=200, status__lt=500), name="ck_idempotent_answers_status"),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key_hash[:8]}"


class DataGeneration(models.Model):
    """How often a family of tables (`api.generations`) was written to: one row each.

    Triggers on the tables advance it in the transaction that writes, so nothing that changes data can forget to; it
    never goes back, also not when the table was emptied. Answers in the cache belong to one generation.
    """

    family = models.TextField(_("対象"), primary_key=True)
    number = models.BigIntegerField(_("世代"))

    class Meta:
        db_table = "data_generations"
        verbose_name = _("データの世代")
        verbose_name_plural = _("データの世代")

    def __str__(self) -> str:
        return f"{self.family} {self.number}"
