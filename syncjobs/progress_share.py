"""How far a run is, in hundredths. Pure."""

from syncjobs.choices import RunPhase

#: Of a list: what fetching takes up to its end, and where it is written. What comes after the last row is not nothing.
_FETCHED, _APPLYING = 90, 95
_NEARLY = 99


def percent_of(phase: str, done: int, total: int) -> int:
    """0 to 99; 100 is for runs that completed. A `total` of 0 is not known."""
    if phase == RunPhase.APPLYING:
        return _APPLYING
    most = _FETCHED if phase == RunPhase.FETCHING else _NEARLY
    return min(most, done * most // total) if total else 0


def is_measurable(phase: str, total: int) -> bool:
    """Whether a bar can say how far it is; otherwise one that only moves is honest."""
    return bool(total) and phase != RunPhase.APPLYING
