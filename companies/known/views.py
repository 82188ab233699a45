"""The views `known_versions`, `known_entries` and `known_listing_events`: the ledger as it was known at the revision that the
transaction has set (`companies.known.revision`). Without one they cannot be read.

Migrations call this: the columns are those that the tables have then, and the events are derived as in the version of the view
`listing_events` of that time, from the same text, so that the two can never say different things of the same versions.
"""

from typing import Any

from companies.events.view import listing_events_view

SETTING = "meigara.known_at"
_REVISION = f"current_setting('{SETTING}')::bigint"
_DROP = "DROP VIEW IF EXISTS known_listing_events, known_versions, known_entries"
_ENTRIES = f"""
CREATE VIEW known_entries AS
SELECT entry_id, date_in_force, false AS is_superseded FROM entry_holdings
WHERE held_from <= {_REVISION} AND (held_until IS NULL OR held_until > {_REVISION})
"""  # noqa: S608
_COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = 'withdrawn_versions' AND column_name NOT IN ('id', 'withdrawn_in')
"""
#: From the text of the view of what is known now; each is there.
_AS_KNOWN = (
    ("VIEW listing_events ", "VIEW known_listing_events "),
    ("company_versions", "known_versions"),
    ("listing_snapshots", "known_entries"),
    ("event.company_id, companies.code,", "event.company_id AS code,"),
    ("\nJOIN companies ON companies.id = event.company_id", ""),
    # Who was taken back as a whole has a code, but no company any more.
    (".company_id", ".company_code"),
)


def make_known_views(schema_editor: Any, events_version: int) -> None:
    """Make them, or make them anew after a column came or the events are derived in another way."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_DROP)
        cursor.execute(_COLUMNS)
        (columns,) = cursor.fetchone()
        cursor.execute(_versions_view(columns))
        cursor.execute(_ENTRIES)
        cursor.execute(known_listing_events_view(events_version))


def drop_known_views(schema_editor: Any) -> None:
    """Take them away."""
    schema_editor.execute(_DROP)


def known_listing_events_view(events_version: int) -> str:
    """The statement that makes the view of events as they were known."""
    text = listing_events_view(events_version)
    for now, known in _AS_KNOWN:
        if now not in text:
            raise ValueError(f"the view of events has no {now!r}")
        text = text.replace(now, known)
    return text


def _versions_view(columns: str) -> str:
    return (
        f"CREATE VIEW known_versions AS SELECT id, {columns} FROM company_versions WHERE recorded_in <= {_REVISION} "  # noqa: S608
        f"UNION ALL SELECT -id, {columns} FROM withdrawn_versions WHERE int8range(recorded_in, withdrawn_in) @> {_REVISION}"
    )
