"""A clock of its own for a server: libfaketime (Debian and Ubuntu: `apt-get install faketime`), loaded ahead of the program."""

from pathlib import Path

import pytest

_PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")


def clock(shown: str) -> dict[str, str]:
    """The environment of a program whose clock is off by so much (`-5m`, `+1d`); time that passes is the real one. Skips the test where
    the library is not there.
    """
    found = [path for place in _PLACES for path in Path("/").glob(place.removeprefix("/"))]
    if not found:
        pytest.skip("libfaketime is not installed (Debian: apt-get install faketime)")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": shown, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
