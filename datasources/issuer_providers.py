"""What a provider of lists of issuers can do: of its service, and with the same lists as files."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.translation import gettext

from companies.issuers.filer import Filer
from datasources.errors import SourceError
from datasources.models import DataSource
from datasources.providers import Provider, all_providers, provider_of
from datasources.waiting import CheckCancelled, never_cancelled


@dataclass(frozen=True, slots=True)
class IssuerFile:
    """A list of issuers: of which day, its filers without the `individuals`, who are only counted, and what could not be understood."""

    date_in_force: date
    filers: list[Filer]
    individuals: int
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class FetchedIssuers:
    """A list of issuers of a service, and by what it can be asked next time whether there is another (headers of its answer)."""

    issuers: IssuerFile
    validators: dict[str, str]


class IssuerListClient(ABC):
    """One source's list of issuers, while it is open."""

    @abstractmethod
    def fetch_issuers(self, validators: Mapping[str, str]) -> FetchedIssuers | None:
        """The list of now; `None` where it is still the one that `validators` came with (none: it is fetched in any case). Raises
        `SourceError`.
        """


class IssuerListProvider(Provider, ABC):
    """Who publishes lists of issuers: a service that is asked, or the same lists as files."""

    has_issuers = True
    max_file_bytes: ClassVar[int]

    @abstractmethod
    def open(
        self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled
    ) -> AbstractContextManager[IssuerListClient]:
        """A client for the block. Raises `SourceError`."""

    @abstractmethod
    def read_file(self, content: bytes, *, today: date) -> IssuerFile:
        """The list in a file; `today` is the day in Japan. Raises `ListFileError`."""


def issuer_list_provider_of(source: DataSource) -> IssuerListProvider:
    """The provider of a source of issuers. Raises `SourceError` for another source."""
    provider = provider_of(source)
    if not isinstance(provider, IssuerListProvider):
        raise SourceError(
            "NO_ISSUERS", gettext("データソース「{name}」には発行体の一覧がありません。").format(name=source.name)
        )
    return provider


def issuer_list_provider() -> IssuerListProvider:
    """The one whose lists of issuers people bring as files."""
    return next(provider for provider in all_providers().values() if isinstance(provider, IssuerListProvider))
