"""Create the sources that the environment describes, for deployments without `make run`."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from datasources.providers import all_providers
from datasources.source_setup import ensure_sources_from_environment


class Command(BaseCommand):
    """`create_data_source`: from the variables that a provider names; a source that exists is left alone."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._told = [
            (first, f"（と {'、'.join(others)}）" if others else "", provider.label)
            for provider in all_providers().values()
            if provider.environment_variables
            for first, *others in [provider.environment_variables]
        ]
        self.help = "".join(
            f"{first}{others}から {label} のデータソースを作成します。既にあれば何もしません。"
            for first, others, label in self._told
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done."""
        try:
            sources = ensure_sources_from_environment()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        for source in sources:
            self.stdout.write(f"データソース「{source.name}」を作成しました。")
        if not sources:
            for first, _others, label in self._told:
                self.stdout.write(f"{first} がないか、{label} のデータソースが既にあります。何も変更していません。")
