"""What every row of a person has in common."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OwnedByPerson(models.Model):
    """Something under a name that its owner chose."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, editable=False, related_name="+", verbose_name=_("作成者")
    )
    name = models.CharField(_("名前"), max_length=60)
    created_at = models.DateTimeField(_("作成日時"), db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class OwnedThroughKey(OwnedByPerson):
    """The same, which an API key may have made for its person; that key alone has it in its hands through the API."""

    api_key = models.ForeignKey(
        "api.ApiKey", models.CASCADE, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("作成した API キー"),
    )  # fmt: skip

    class Meta:
        abstract = True
