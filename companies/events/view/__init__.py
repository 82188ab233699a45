"""The view `listing_events` as whole statements, one file for each version. Migrations read them: one that has landed stays as it is."""

from pathlib import Path

FOLDER = Path(__file__).parent


def listing_events_view(version: int) -> str:
    """The statement that makes the view, or puts it in place of the version before where that has no column more."""
    return (FOLDER / f"listing_events_{version}.sql").read_text()
