"""What a provider can do whose lists are files, which people bring."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from companies.choices import SnapshotSource
from companies.listed_issue import ListedIssue
from datasources.official_files import OfficialFile
from datasources.providers import Provider, all_providers


@dataclass(frozen=True, slots=True)
class FileList:
    """A list in a file: the day it is of, its issues in the order of the file, and what could not be understood."""

    date_in_force: date
    issues: list[ListedIssue]
    warnings: list[str]


class FileProvider(Provider, ABC):
    """Who publishes lists as files, which people bring."""

    snapshot_source: ClassVar[SnapshotSource]
    max_file_bytes: ClassVar[int]

    @abstractmethod
    def read_file(self, content: bytes, *, today: date) -> FileList:
        """The list in a file; `today` is the day in Japan. Raises `ListFileError`."""

    @abstractmethod
    def read_official_file(self, content: bytes, *, today: date) -> OfficialFile:
        """The official days in a file; `today` is the day in Japan. Raises `ListFileError`."""


def file_provider() -> FileProvider:
    """The one whose files people bring."""
    return next(one for one in all_providers().values() if isinstance(one, FileProvider))
