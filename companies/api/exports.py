"""Rows as a file, and what proves that a file is whole."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.response import Response

from api.concurrency_limit import RETRY_SECONDS, HeldWhileSent, Place, TooManyAtOnce, take_place
from api.endpoints.data_views import begun
from api.endpoints.errors import ApiError
from api.endpoints.filters import Parameter
from api.endpoints.parameters import Choice
from api.endpoints.states import HEAD_HEADER, REVISION_HEADER
from api.models import ApiKey
from companies.api.manifests import MANIFEST, make_manifest
from companies.columns import Column
from companies.errors import TooManyRows
from companies.export import CONTENT_TYPES, ExportFormat, write_rows
from companies.ledger.chain import find_hash
from companies.workbook import MAX_ROWS

#: Said of a file apart from the filters.
_APART = ("format", "state", "revision", "known_at", "as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """What a file is: `name` is without its ending; its rows are of a revision, in a state of the data. `pin` is the parameter by which
    the same rows are asked for again, and its value.
    """

    name: str
    columns: Sequence[Column]
    revision: int
    state: str
    pin: tuple[str, str]


def format_parameter() -> Parameter:
    """Which kind of file, or what proves the files."""
    help_text = "ファイルの形式。manifest は、同じ内容の各ファイルの件数と SHA-256（JSON）"
    return Parameter(Choice([*ExportFormat.values, MANIFEST]), help_text=help_text)


def export_answer(
    request: Request, found: Iterator[dict[str, Any]], file_format: str, file: ExportFile
) -> HttpResponseBase:
    """A file of the rows, or its manifest. Raises the API's 429 where all places are taken."""
    place, notes = _place_for(request), _notes(request, file)
    headers = {"Cache-Control": "no-store", REVISION_HEADER: str(file.revision)}
    if notes["chain"] is not None:
        headers[HEAD_HEADER] = f"{file.revision}:{notes['chain']}"
    if file_format == MANIFEST:
        try:
            return Response(make_manifest(found, file.columns, notes, _pinned(request, file)), headers=headers)
        finally:
            place.leave()
    rows = begun(found)
    if file_format == ExportFormat.XLSX:
        rows = rows_that_fit(rows)
    told = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in notes.items()
        if value is not None
    }
    return StreamingHttpResponse(
        HeldWhileSent(place, write_rows(file_format, rows, file.columns, notes=told)),
        content_type=CONTENT_TYPES[ExportFormat(file_format)],
        headers={**headers, "Content-Disposition": f'attachment; filename="{file.name}.{file_format}"'},
    )


def rows_that_fit(rows: Iterable[dict[str, Any]], most: int = MAX_ROWS - 1) -> Iterator[dict[str, Any]]:
    """The rows, if a sheet has that many below its headings; with one more there is no file. Raises `TooManyRows`."""
    for count, row in enumerate(rows, start=1):
        if count > most:
            raise TooManyRows(most)
        yield row


def _notes(request: Request, file: ExportFile) -> dict[str, Any]:
    """What the file is, besides its rows."""
    asked = {name: ",".join(values) for name, values in request.query_params.lists()}
    return {
        "revision": file.revision,
        "chain": find_hash(file.revision),
        "state": file.state,
        "known_at": asked.get("known_at") or asked.get("revision"),
        "as_of": asked.get("as_of"),
        "filters": {name: value for name, value in asked.items() if name not in _APART},
        "made_at": timezone.localtime().isoformat(),
        "version": settings.SPECTACULAR_SETTINGS["VERSION"],
    }


def _pinned(request: Request, file: ExportFile) -> str:
    """The address of the same rows, whatever comes later; without the kind of file."""
    query = request.query_params.copy()
    for name in ("format", "state", "known_at", "revision"):
        query.pop(name, None)
    name, value = file.pin
    query[name] = value
    return f"{request.path}?{query.urlencode()}"


def _place_for(request: Request) -> Place:
    """A place for an export of the caller. Raises the API's 429 where all are taken."""
    is_key = isinstance(request.auth, ApiKey)
    try:
        return take_place(f"key {request.auth.pk}" if is_key else f"user {request.user.pk}")
    except TooManyAtOnce as full:
        reason = "exports_of_this_caller" if full.is_own else "exports_in_all"
        message = gettext(
            "ファイルの出力は同時に {limit} 件までです。ほかの出力が終わってから、もう一度お試しください。"
        )
        raise ApiError(
            429,
            "RATE_LIMIT_EXCEEDED",
            message.format(limit=full.limit),
            details={"reason": reason, "limit": full.limit, "retry_after_seconds": RETRY_SECONDS},
        ) from full
