"""Create the J-Quants source from the environment, for deployments without `make run`."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from datasources.source_setup import ensure_source_from_environment


class Command(BaseCommand):
    """`create_data_source`: from `JQUANTS_API_KEY` and `JQUANTS_BASE_URL`; a source that exists is left alone."""

    help = "JQUANTS_API_KEY（と JQUANTS_BASE_URL）から J-Quants のデータソースを作成します。既にあれば何もしません。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done."""
        try:
            source = ensure_source_from_environment()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if source is None:
            self.stdout.write("JQUANTS_API_KEY がないか、J-Quants のデータソースが既にあります。何も変更していません。")
        else:
            self.stdout.write(f"データソース「{source.name}」を作成しました。")
