"""Sources that nobody has to enter: those that the environment describes, made at first start, and the one that comes with the product."""

from datasources.models import DataSource
from datasources.providers import ListProvider, all_providers, names_of


def ensure_sources_from_environment() -> list[DataSource]:
    """Those that were made just now. Raises `ImproperlyConfigured`."""
    made = [provider.ensure_source_from_environment() for provider in all_providers().values()]
    return [source for source in made if source is not None]


def find_brought_source() -> DataSource | None:
    """A source of lists that comes with the product and that nobody has enabled: one click and no account away."""
    brought = [name for name in names_of(ListProvider) if all_providers()[name].comes_with_product]
    return DataSource.objects.filter(provider__in=brought, is_enabled=False).order_by("id").first()
