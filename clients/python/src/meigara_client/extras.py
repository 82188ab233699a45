"""Libraries of frames, which are loaded only when somebody uses them."""

from importlib import import_module
from types import ModuleType

#: What speaks with each.
LIBRARIES = {"pandas": "meigara_client.pandas_frames", "polars": "meigara_client.polars_frames"}


def load_frames(library: str) -> ModuleType:
    """The module for a library. Raises `ImportError` that says how to install it."""
    try:
        return import_module(LIBRARIES[library])
    except ImportError as error:
        raise ImportError(f"{library} is not installed: pip install 'meigara-client[{library}]'") from error
