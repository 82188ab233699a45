"""From the bytes of a download to the text of the code list in it."""

import lzma
import zipfile
import zlib
from io import BytesIO

from django.utils.translation import gettext

from datasources.downloads import is_web_page
from datasources.errors import ListFileError

#: Real ones have 0.4 MB, and 1.9 MB unpacked.
MAX_FILE_BYTES = 10 * 1024 * 1024
_MAX_TEXT_BYTES = 40 * 1024 * 1024
_ENCODING = "cp932"


def read_text(content: bytes) -> str:
    """The CSV, from the zip as the service gives it or by itself. Raises `ListFileError` that says what it is instead."""
    if not content:
        raise ListFileError(gettext("ファイルが空です。EDINET コードリストの zip を指定してください。"))
    if len(content) > MAX_FILE_BYTES:
        raise ListFileError(
            gettext("ファイルが大きすぎます（上限 {limit} MB）。EDINET コードリストの zip を指定してください。").format(
                limit=MAX_FILE_BYTES // 1024**2
            )
        )
    if is_web_page(content):
        raise ListFileError(
            gettext(
                "コードリストではなく Web ページ（HTML）です。EDINET が混み合っているか、保守中か、アドレスが変わったときに返されます。"
                "ブラウザーで EDINET コードリストをダウンロードし、zip のまま指定してください。"
            )
        )
    packed = _unpack(content) if content.startswith(b"PK") else content
    try:
        return packed.decode(_ENCODING)
    except UnicodeDecodeError as error:
        line = packed.count(b"\n", 0, error.start) + 1
        raise ListFileError(
            gettext(
                "{line} 行目: 文字コードが Shift_JIS（CP932）ではありません。保存し直したファイルではなく、"
                "ダウンロードした zip のまま指定してください。"
            ).format(line=line)
        ) from error


def _unpack(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if len(names) != 1:
                raise ListFileError(
                    gettext(
                        "zip の中の CSV が {count} 個あります（1 個のはずです）。EDINET コードリストの zip を指定してください。"
                    ).format(count=len(names))
                )
            with archive.open(names[0]) as file:
                packed = file.read(_MAX_TEXT_BYTES + 1)
    # A password is a RuntimeError, a method that is not known a NotImplementedError, which is one, too.
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, ListFileError):
            raise
        raise ListFileError(
            gettext(
                "zip を開けません。途中で切れているか、壊れているか、パスワードがかかっています。もう一度ダウンロードしてください。"
            )
        ) from error
    if len(packed) > _MAX_TEXT_BYTES:
        raise ListFileError(
            gettext("zip の中の CSV が大きすぎます（上限 {limit} MB）。").format(limit=_MAX_TEXT_BYTES // 1024**2)
        )
    return packed
