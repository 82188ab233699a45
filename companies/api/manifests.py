"""What proves that an export came whole: how many rows there are of a revision, and the SHA-256 of each file of them.

A file that is sent while its rows come cannot say so itself: headers go before it, trailers are dropped by most proxies. So the same rows
are asked for with `format=manifest`, which writes every file and sends none.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import tee, zip_longest
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from companies.api import examples
from companies.columns import Column
from companies.export import CONTENT_TYPES, ExportFormat, write_rows
from companies.workbook import MAX_ROWS
from companies.written_rows import Row

MANIFEST = "manifest"
#: The bytes of Parquet are other ones each time: it says when it was made. Its content is proven by what stands at its end.
_PROVEN = (ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.NDJSON)


class ManifestFileAnswer(serializers.Serializer[Any]):
    """One of the files."""

    format = serializers.ChoiceField(ExportFormat.choices)
    url = serializers.CharField(help_text="同じ内容を取得する URL（このサーバーの中のパス）")
    size_bytes = serializers.IntegerField(
        allow_null=True, help_text="ファイルの大きさ（圧縮転送を解いたもの）。null は、決まらない"
    )
    sha256 = serializers.CharField(
        allow_null=True,
        help_text="ファイルの SHA-256（圧縮転送を解いたもの）。null は、決まらない（Parquet は作成日時を含むため、ファイルの中の meigara.content_sha256 と比べる）",
    )


class ManifestAnswer(serializers.Serializer[Any]):
    """What an export has, and what proves it."""

    revision = serializers.IntegerField(help_text="内容の改訂")
    chain = serializers.CharField(allow_null=True, help_text="その改訂のハッシュ値（/ledger/chain）。null は、まだない")
    state = serializers.CharField(help_text="内容の状態（X-Data-State）。市場区分・業種の名称の変更でも変わる")
    known_at = serializers.CharField(allow_null=True, help_text="指定された known_at または revision")
    as_of = serializers.CharField(allow_null=True, help_text="指定された as_of")
    filters = serializers.DictField(child=serializers.CharField(), help_text="そのほかに指定された条件")
    made_at = serializers.DateTimeField(help_text="この応答を作った時刻")
    version = serializers.CharField(help_text="この製品の版")
    row_count = serializers.IntegerField(help_text="行数。どの形式でも同じ")
    content_sha256 = serializers.CharField(help_text="内容の SHA-256: NDJSON のファイルのもの。どの形式でも同じ")
    files = ManifestFileAnswer(many=True)


#: Answers of an export by status and content type: a file of any kind, or the manifest.
EXPORT_ANSWER: Mapping[tuple[int, str], Any] = {
    **{(200, content_type.partition(";")[0]): OpenApiTypes.BINARY for content_type in CONTENT_TYPES.values()},
    (200, "application/json"): OpenApiResponse(
        ManifestAnswer, examples=[OpenApiExample("example", value=examples.MANIFEST, response_only=True)]
    ),
}


def make_manifest(
    found: Iterable[Row], columns: Sequence[Column], notes: Mapping[str, Any], url: str
) -> dict[str, Any]:
    """Write each file of the rows and keep none; the rows are read once. `url` is that of the rows, without a format."""
    proofs = {file_format: _Proof() for file_format in _PROVEN}
    counted = _Counted(found)
    parts = (
        _proven(proofs[file_format], write_rows(file_format, rows, columns, notes=notes))
        for file_format, rows in zip(_PROVEN, tee(counted, len(_PROVEN)), strict=True)
    )
    # Side by side, so that no more rows are held than one format writes at once.
    for _ in zip_longest(*parts):
        pass
    is_sheet_full = counted.count >= MAX_ROWS
    return {
        **notes,
        "row_count": counted.count,
        "content_sha256": proofs[ExportFormat.NDJSON].told["sha256"],
        "files": [
            {
                "format": file_format.value,
                "url": f"{url}&format={file_format}",
                **(proofs[file_format].told if file_format in proofs else {"size_bytes": None, "sha256": None}),
            }
            for file_format in ExportFormat
            if not (is_sheet_full and file_format == ExportFormat.XLSX)
        ],
    }


class _Counted(Iterator[Row]):
    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows, self.count = iter(rows), 0

    def __next__(self) -> Row:
        row = next(self._rows)
        self.count += 1
        return row


class _Proof:
    """Of a file, of which no more is held than a piece."""

    def __init__(self) -> None:
        self._digest, self._size = hashlib.sha256(), 0

    def take(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._size += len(piece)

    @property
    def told(self) -> dict[str, Any]:
        return {"size_bytes": self._size, "sha256": self._digest.hexdigest()}


def _proven(proof: _Proof, pieces: Iterator[bytes]) -> Iterator[None]:
    """One step a piece."""
    for piece in pieces:
        proof.take(piece)
        yield
