"""Which source a sync asks when nobody names one, and which one has quotes."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext

from datasources.issuer_providers import IssuerListProvider
from datasources.models import DataSource
from datasources.providers import ListProvider, QuoteProvider, all_providers, labels_of, names_of, provider_of
from syncjobs.errors import SourceNotUsable
from syncjobs.schedule_times import DAY, MONTH


def enabled_list_sources() -> QuerySet[DataSource]:
    """Those that have lists and may be asked; those that have one of every business day first."""
    return _list_sources(Q(is_enabled=True)).order_by(_every_day_first(), "id")


def enabled_daily_sources() -> QuerySet[DataSource]:
    """Those of them that have a list of every business day."""
    return enabled_list_sources().filter(provider__in=providers_on(DAY))


def providers_on(task: str) -> list[str]:
    """The providers of lists that a schedule is for."""
    providers = [all_providers()[name] for name in names_of(ListProvider)]
    return [one.name for one in providers if one.has_every_day == (task != MONTH)]


def schedule_of(source: DataSource) -> str:
    """The scheduled task that brings in the lists of a source."""
    return DAY if provider_of(source).has_every_day else MONTH


def find_default_source() -> DataSource:
    """The source of lists that is enabled: the oldest of those that have every day, else of the others. Raises `SourceNotUsable` when there is none."""
    source = find_source(Q(is_enabled=True))
    if source is None:
        raise SourceNotUsable(
            gettext(
                "有効な {providers} のデータソースがありません。管理画面の「データソース」で登録してください。"
            ).format(providers=labels_of(ListProvider))
        )
    return source


def find_source(condition: Q) -> DataSource | None:
    """The source of lists of that condition, an enabled one before others, then one that has every day, then the oldest."""
    return _list_sources(condition).order_by("-is_enabled", _every_day_first(), "id").first()


def _list_sources(condition: Q) -> QuerySet[DataSource]:
    return DataSource.objects.filter(condition, provider__in=names_of(ListProvider))


def _every_day_first() -> Case:
    """An installation may have the source of a month from the start, and wants each day once it has an account."""
    daily = When(provider__in=providers_on(DAY), then=Value(0))
    return Case(daily, default=Value(1), output_field=IntegerField())


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


def check_has_every_day(source: DataSource) -> None:
    """Raise `SourceNotUsable` for a source of which no days of the past can be had."""
    if not provider_of(source).has_every_day:
        raise SourceNotUsable(
            gettext(
                "データソース「{name}」には日ごとの一覧がないため、期間の一括取得はできません。過去の一覧は「一覧ファイルの取込」から取り込みます。"
            ).format(name=source.name)
        )


def check_has_lists(source: DataSource) -> None:
    """Raise `SourceNotUsable` for a source that publishes no lists."""
    if not provider_of(source).has_lists:
        raise SourceNotUsable(
            gettext(
                "データソース「{name}」には銘柄の一覧がありません。{providers} のデータソースを指定してください。"
            ).format(name=source.name, providers=labels_of(ListProvider))
        )
