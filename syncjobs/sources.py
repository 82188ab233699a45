"""Which source a sync asks when nobody names one, and which one has quotes."""

from django.db.models import Q
from django.utils.translation import gettext

from datasources.choices import Provider
from datasources.models import DataSource
from syncjobs.errors import SourceNotUsable


def find_default_source() -> DataSource:
    """The oldest J-Quants source that is enabled. Raises `SourceNotUsable` when there is none."""
    source = find_source(Q(is_enabled=True))
    if source is None:
        raise SourceNotUsable(
            gettext("有効な J-Quants のデータソースがありません。管理画面の「データソース」で登録してください。")
        )
    return source


def find_source(condition: Q) -> DataSource | None:
    """The oldest J-Quants source of that condition, an enabled one before others; the only kind that can be synchronised."""
    found = DataSource.objects.filter(condition, provider=Provider.JQUANTS)
    return found.order_by("-is_enabled", "id").first()


def find_quote_source() -> DataSource | None:
    """The source of quotes, while it is enabled."""
    return DataSource.objects.filter(provider=Provider.YAHOO, is_enabled=True).first()


def check_has_quotes(source: DataSource) -> None:
    """Raise `SourceNotUsable` for a source that has no quotes."""
    if source.provider != Provider.YAHOO:
        raise SourceNotUsable(gettext("データソース「{name}」には株価がありません。").format(name=source.name))


def check_has_lists(source: DataSource) -> None:
    """Raise `SourceNotUsable` for a source that publishes no lists."""
    if source.provider != Provider.JQUANTS:
        raise SourceNotUsable(
            gettext(
                "データソース「{name}」には銘柄の一覧がありません。J-Quants のデータソースを指定してください。"
            ).format(name=source.name)
        )
