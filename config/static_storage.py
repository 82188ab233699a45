"""Where static files are collected to."""

from typing import Any

import brotli  # type: ignore[import-untyped]
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of 11. The last two steps make files a tenth smaller and take six times as long as all others together (9 and 1.4 seconds for
# the 183 files of 2026-11), at the first start of each checkout and in each build.
_BROTLI_QUALITY = 9


class _QuickCompressor(Compressor):  # type: ignore[misc] # WhiteNoise is untyped
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        packed: bytes = brotli.compress(data, quality=_BROTLI_QUALITY)
        return packed


class CollectedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # WhiteNoise is untyped
    """Under names with a digest, compressed beforehand."""

    def create_compressor(self, **options: Any) -> Compressor:
        """Called by WhiteNoise when files are collected."""
        return _QuickCompressor(**options)
