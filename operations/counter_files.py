"""The files through which processes count together (prometheus_client, "Multiprocess Mode"), read so that one that is
damaged costs only what it held itself.
"""

import json
import os
import re
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import structlog
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

logger = structlog.get_logger(__name__)

_FILE_NAME = re.compile(r"(?:counter|summary|histogram|gauge_[a-z]+)_(\d+)\.db")
#: How many bytes of a file are in use, and room for as much again.
_HEAD_BYTES = 8
_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ATTEMPTS = 3


class CountedTogether(Collector):
    """What the files in `directory` say together, and how many of them were left out."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def collect(self) -> Iterable[Metric]:
        """All of it; a file that a process took away while it was read is looked at anew."""
        for attempt in range(_ATTEMPTS):
            sound, damaged = _sorted_by_state(self._directory)
            try:
                merged = MultiProcessCollector.merge([str(path) for path in sound])  # type: ignore[no-untyped-call]
            except FileNotFoundError:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                break
        if damaged:
            logger.warning("metrics_files_damaged", files=sorted(path.name for path in damaged))
        yield from merged
        yield GaugeMetricFamily(
            "metrics_files_damaged",
            "Files with counters of a process that could not be read and are left out.",
            value=len(damaged),
        )


def set_aside_damaged(directory: Path) -> None:
    """Take damaged files out of the way of a process that starts: one with its own number would keep it from starting."""
    for path in _sorted_by_state(directory)[1]:
        found = _FILE_NAME.fullmatch(path.name)
        if found and (int(found[1]) == os.getpid() or not _is_running(int(found[1]))):
            with suppress(OSError):
                path.rename(path.with_name(f"{path.name}.damaged"))


def _sorted_by_state(directory: Path) -> tuple[list[Path], list[Path]]:
    sound: list[Path] = []
    damaged: list[Path] = []
    for path in sorted(directory.glob("*.db")):
        try:
            if path.stat().st_size == 0:
                continue  # just being made
            _check(path)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, AttributeError, RuntimeError, struct.error):
            damaged.append(path)
        else:
            sound.append(path)
    return sound, damaged


def _check(path: Path) -> None:
    """Walk through a file. Raises what reading it raises, and `ValueError` for what a scraper could not read."""
    if not _FILE_NAME.fullmatch(path.name):
        raise ValueError(path.name)
    with path.open("rb") as file:
        (used,) = struct.unpack("i", file.read(4))
    # The library reads nothing where this is less than its head: what was counted would be gone without a word.
    if used and not _HEAD_BYTES <= used <= path.stat().st_size:
        raise ValueError(used)
    before = 0
    for key, _value, _at, position in MmapedDict.read_all_values_from_file(path):  # type: ignore[no-untyped-call]
        if position <= before:  # a length that leads back would be followed for ever
            raise ValueError(position)
        before = position
        metric, name, labels, words = json.loads(key)
        are_texts = all(isinstance(text, str) for text in (metric, name, words, *labels, *labels.values()))
        if not (are_texts and name.startswith(metric)):
            raise ValueError(key)
        if not (_METRIC_NAME.fullmatch(name) and all(_LABEL_NAME.fullmatch(label) for label in labels)):
            raise ValueError(key)
        if "le" in labels:
            float(labels["le"])


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
