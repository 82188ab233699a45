"""Which providers there are: the setting `DATA_PROVIDERS` names a folder each, whose module `provider` has the `PROVIDER`.

It stands below the models, which have to know the names that a source may bear; what a provider can do is in `datasources.providers`.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import import_string


def registered() -> dict[str, Any]:
    """A provider by its name in the database, in the order of the setting. Raises `ImproperlyConfigured`."""
    return _load(tuple(settings.DATA_PROVIDERS))


def provider_choices() -> list[tuple[str, str | Promise]]:
    """What a source may be of. Migrations refer to it."""
    return [(name, provider.label) for name, provider in registered().items()]


def default_provider() -> str:
    """The first of the setting. Migrations refer to it."""
    return next(iter(registered()))


@lru_cache(maxsize=8)
def _load(folders: tuple[str, ...]) -> dict[str, Any]:
    try:
        found = [import_string(f"{folder}.provider.PROVIDER") for folder in folders]
    except ImportError as error:
        raise ImproperlyConfigured(f"DATA_PROVIDERS から提供元を読み込めません: {error}") from error
    by_name = {provider.name: provider for provider in found}
    if len(by_name) < len(found) or not found:
        raise ImproperlyConfigured(
            f"DATA_PROVIDERS に提供元がないか、同じ name が重なっています: {'、'.join(provider.name for provider in found)}"
        )
    return by_name
