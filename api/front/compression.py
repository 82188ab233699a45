"""Bodies compressed on their way out, at a level that costs little."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol
from wsgiref.types import WSGIEnvironment

from api.endpoints.negotiation import accepts_gzip, accepts_zstd

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Below this a compressed body saves no packet.
WORTH_COMPRESSING = 1400
# Level 1 takes a third of the time of the usual 6, for a body that is a tenth larger.
_LEVEL = 1
# Level 3 takes as long as gzip's 1, for a body that is a sixth smaller.
_ZSTD_LEVEL = 3
# A workbook and Parquet are compressed already.
_COMPRESSED_TYPES = ("application/json", "application/x-ndjson", "application/vnd.oai.openapi", "text/")


def compress(body: bytes) -> bytes:
    """A whole body, the same bytes each time."""
    return gzip.compress(body, _LEVEL, mtime=0)


def compress_content(content: Iterable[bytes], headers: dict[str, str], environ: WSGIEnvironment) -> Iterable[bytes]:
    """The content as the caller understands it, `headers` brought in step; of unknown length chunk by chunk, with Zstandard where the
    caller names it.
    """
    if not headers.get("Content-Type", "").startswith(_COMPRESSED_TYPES):
        return content
    if "Content-Length" not in headers:
        return _compress_stream(content, headers, environ)
    if not accepts_gzip(environ):
        return content
    body = read_content(content)
    if len(body) < WORTH_COMPRESSING:
        return [body]
    packed = compress(body)
    headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    return [packed]


def _compress_stream(content: Iterable[bytes], headers: dict[str, str], environ: WSGIEnvironment) -> Iterable[bytes]:
    if accepts_zstd(environ):
        headers["Content-Encoding"] = "zstd"
        return _PackedStream(content, lambda: zstd.ZstdCompressor(level=_ZSTD_LEVEL))
    if accepts_gzip(environ):
        headers["Content-Encoding"] = "gzip"
        return _PackedStream(content, lambda: zlib.compressobj(_LEVEL, wbits=16 + zlib.MAX_WBITS))
    return content


def read_content(content: Iterable[bytes]) -> bytes:
    """All of a response's body, which is closed then."""
    body = b"".join(content)
    close_content(content)
    return body


def close_content(content: Iterable[bytes]) -> None:
    """Let go of what is not sent, as a server does."""
    if close := getattr(content, "close", None):
        close()


class _Packer(Protocol):
    """Of `zlib` and of `zstd`."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _PackedStream:
    """No more in memory than a chunk."""

    def __init__(self, content: Iterable[bytes], make_packer: Callable[[], _Packer]) -> None:
        self._content, self._make_packer = content, make_packer

    def __iter__(self) -> Iterator[bytes]:
        packer = self._make_packer()
        for chunk in self._content:
            if packed := packer.compress(chunk):
                yield packed
        yield packer.flush()

    def close(self) -> None:
        """Close what it is made of."""
        close_content(self._content)
