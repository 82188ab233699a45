"""How collected static files are stored."""

from whitenoise.compress import Compressor

#: Beside pictures and what is packed already: what only debuggers read is worth no time of a build.
NOT_COMPRESSED = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")


def static_storage(*, from_packages: bool) -> str:
    """Under names with a digest and compressed, or as they are installed."""
    if from_packages:
        return "django.contrib.staticfiles.storage.StaticFilesStorage"
    return "config.static_storage.CollectedStorage"
