"""Static files as production serves them: collected under names with a digest, compressed; anew where what they are made of changed."""

import fcntl
import hashlib
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

# Beside the files, so that who removes them removes it; empty but for what they were made of.
_MADE_OF = "made-of.txt"


def collect_static_files() -> None:
    """Whole or, as far as the next call sees, not at all; where settings take them from the packages there is nothing to do.

    Compressing takes some seconds. Files of an older state stay: another product of this checkout may be serving them.
    """
    if settings.STATIC_ROOT is None:
        return
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    made_of = root / _MADE_OF
    with (root.parent / f".{root.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _fingerprint()
        if not made_of.exists() or made_of.read_text() != found:
            print("静的ファイルを圧縮しています…", flush=True)
            made_of.unlink(missing_ok=True)
            call_command("collectstatic", interactive=False, verbosity=0)
            made_of.write_text(found)
        # This process may have read the names of before.
        storage: Any = staticfiles_storage
        if hasattr(storage, "load_manifest"):
            storage.hashed_files, storage.manifest_hash = storage.load_manifest()


def _fingerprint() -> str:
    """Of all files that would be collected, and of how."""
    left_out = cast(StaticFilesConfig, apps.get_app_config("staticfiles")).ignore_patterns
    how = (settings.STORAGES["staticfiles"], settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS, left_out)
    digest = hashlib.sha256(repr(how).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
