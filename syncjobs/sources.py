"""Which source a sync asks when nobody names one, and which one has quotes."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from datasources.issuer_providers import IssuerListProvider
from datasources.models import DataSource
from datasources.providers import ListProvider, QuoteProvider, labels_of, names_of, provider_of
from syncjobs.errors import SourceNotUsable


def enabled_list_sources() -> QuerySet[DataSource]:
    """Those that have lists and may be asked."""
    return DataSource.objects.filter(provider__in=names_of(ListProvider), is_enabled=True).order_by("id")


def find_default_source() -> DataSource:
    """The oldest source of lists that is enabled. Raises `SourceNotUsable` when there is none."""
    source = find_source(Q(is_enabled=True))
    if source is None:
        raise SourceNotUsable(
            gettext(
                "有効な {providers} のデータソースがありません。管理画面の「データソース」で登録してください。"
            ).format(providers=labels_of(ListProvider))
        )
    return source


def find_source(condition: Q) -> DataSource | None:
    """The oldest source of lists of that condition, an enabled one before others; the only kind that can be synchronised."""
    found = DataSource.objects.filter(condition, provider__in=names_of(ListProvider))
    return found.order_by("-is_enabled", "id").first()


def find_quote_source() -> DataSource | None:
    """The source of quotes, while it is enabled."""
    return DataSource.objects.filter(provider__in=names_of(QuoteProvider), is_enabled=True).order_by("id").first()


def find_issuer_source() -> DataSource | None:
    """The source of lists of issuers, while it is enabled."""
    return DataSource.objects.filter(provider__in=names_of(IssuerListProvider), is_enabled=True).order_by("id").first()


def check_has_issuers(source: DataSource) -> None:
    """Raise `SourceNotUsable` for a source that has no lists of issuers."""
    if not provider_of(source).has_issuers:
        raise SourceNotUsable(gettext("データソース「{name}」には発行体の一覧がありません。").format(name=source.name))


def check_has_quotes(source: DataSource) -> None:
    """Raise `SourceNotUsable` for a source that has no quotes."""
    if not provider_of(source).has_quotes:
        raise SourceNotUsable(gettext("データソース「{name}」には株価がありません。").format(name=source.name))


def check_has_lists(source: DataSource) -> None:
    """Raise `SourceNotUsable` for a source that publishes no lists."""
    if not provider_of(source).has_lists:
        raise SourceNotUsable(
            gettext(
                "データソース「{name}」には銘柄の一覧がありません。{providers} のデータソースを指定してください。"
            ).format(name=source.name, providers=labels_of(ListProvider))
        )
