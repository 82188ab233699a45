"""The sources that the environment describes, made at first start."""

from datasources.models import DataSource
from datasources.providers import all_providers


def ensure_sources_from_environment() -> list[DataSource]:
    """Those that were made just now. Raises `ImproperlyConfigured`."""
    made = [provider.ensure_source_from_environment() for provider in all_providers().values()]
    return [source for source in made if source is not None]
