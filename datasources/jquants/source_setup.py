"""The J-Quants source that the environment describes, made at first start."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction

from datasources.choices import Plan
from datasources.credentials import Credentials, store_credentials
from datasources.models import DataSource

_PROVIDER = "jquants"


def ensure_source_from_environment() -> DataSource | None:
    """Create the source from `JQUANTS_API_KEY` and `JQUANTS_BASE_URL` unless a J-Quants source exists.

    Once there, it is the operator's: the environment never changes it. Returns a source that was created. A source at a
    base URL of one's own has no limit of requests until the operator chooses a plan. Raises `ImproperlyConfigured`.
    """
    if not settings.JQUANTS_API_KEY or DataSource.objects.filter(provider=_PROVIDER).exists():
        return None
    source = DataSource(
        provider=_PROVIDER,
        name="J-Quants",
        base_url=settings.JQUANTS_BASE_URL,
        plan=Plan.UNLIMITED if settings.JQUANTS_BASE_URL else Plan.FREE,
    )
    try:
        source.full_clean()
    except ValidationError as error:
        reasons = "、".join(error.messages)
        raise ImproperlyConfigured(f"JQUANTS_BASE_URL からデータソースを作成できません: {reasons}") from error
    with transaction.atomic():
        source.save()
        store_credentials(source, Credentials(api_key=settings.JQUANTS_API_KEY))
    return source
