"""A file of official days that a person brings: a saved page of JPX, or a CSV; told apart by content, never by name."""

from datetime import date

from django.utils.translation import gettext

from datasources.errors import ListFileError
from datasources.jpx.official_csv import read_csv
from datasources.jpx.official_page import read_page
from datasources.jpx.page import MAX_PAGE_BYTES
from datasources.official_files import OfficialFile

_FOREIGN = {
    b"PK\x03\x04": "ZIP・Excel",
    b"\xd0\xcf\x11\xe0": "Excel",
    b"%PDF": "PDF",
    b"MIME-Version:": "MHTML",
    b"\x1f\x8b": "gzip",
}


def read_official_file(content: bytes, *, today: date) -> OfficialFile:
    """Its days; all or nothing. `today` is the day in Japan. Raises `ListFileError`, which names the rows and the remedy."""
    if not content.strip():
        raise ListFileError(gettext("ファイルが空です。JPX のページを保存した HTML か、CSV を指定してください。"))
    if len(content) > MAX_PAGE_BYTES:
        message = gettext("ファイルが大きすぎます（{size:,} バイト、上限 {max_file_bytes:,}）。")
        raise ListFileError(message.format(size=len(content), max_file_bytes=MAX_PAGE_BYTES))
    for magic, kind in _FOREIGN.items():
        if content.lstrip().startswith(magic):
            message = gettext(
                "{kind} のファイルです。JPX のページを HTML だけで保存したものか、CSV を指定してください。"
            )
            raise ListFileError(message.format(kind=kind))
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_page = start.startswith(b"<") or b"<html" in start or b"<table" in start
    return read_page(content, today=today) if is_page else read_csv(content, today=today)
