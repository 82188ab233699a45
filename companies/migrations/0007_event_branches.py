"""The view `listing_events` once more, with the same rows: a question for one kind of event derives only that kind.

Whether an issue was listed or relisted was told by a CASE that a condition on the type had computed for every version
before the others were ruled out; as two branches with a constant type each, the planner leaves out the one not asked
for. What a change was from and to is put together only where it is read.
"""

from importlib import import_module

from django.db import migrations

_first = import_module("companies.migrations.0002_listing_events")

_KINDS = {
    "renamed": ("company_name", "company_name_english"),
    "market_changed": ("market_code",),
    "sector_changed": ("sector33_code", "sector17_code"),
    "scale_changed": ("scale_category",),
    "margin_changed": ("margin_code",),
}


def _value(version: str, fields: tuple[str, ...]) -> str:
    return f"{version}.{fields[0]}" if len(fields) == 1 else _first._headline(version, *fields)


def _of_kind(expressions: dict[str, str]) -> str:
    cases = " ".join(f"WHEN '{kind}' THEN {expression}" for kind, expression in expressions.items())
    return f"CASE kind.event_type {cases} END"


def _arrival(kind: str, was_listed_before: str) -> str:
    return f"""
    SELECT v.company_id, lower(v.validity) AS event_date, '{kind}' AS event_type,
        NULL::text AS old_value, v.company_name AS new_value,
        {_first._whole_state("NULL::text", "v.{field}")} AS changes, v.company_name, v.market_code
    FROM company_versions v
    WHERE lower(v.validity) > (SELECT min(date_in_force) FROM listing_snapshots WHERE NOT is_superseded)
        AND NOT EXISTS (
            SELECT 1 FROM company_versions p
            WHERE p.company_id = v.company_id AND upper(p.validity) = lower(v.validity)
        )
        AND {was_listed_before} (
            SELECT 1 FROM company_versions p
            WHERE p.company_id = v.company_id AND lower(p.validity) < lower(v.validity)
        )
"""  # noqa: S608 every part is a constant


_VIEW = f"""
CREATE OR REPLACE VIEW listing_events AS
SELECT
    event.company_id || ':' || event.event_date || ':' || event.event_type AS id,
    event.company_id, companies.code, event.event_date, event.event_type, event.old_value, event.new_value,
    event.changes, event.company_name, event.market_code
FROM (
    {_arrival("listed", "NOT EXISTS")}
    UNION ALL
    {_arrival("relisted", "EXISTS")}
    UNION ALL
    SELECT v.company_id, upper(v.validity), 'delisted', v.company_name, NULL,
        {_first._whole_state("v.{field}", "NULL::text")}, v.company_name, v.market_code
    FROM company_versions v
    WHERE upper(v.validity) IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM company_versions n
            WHERE n.company_id = v.company_id AND lower(n.validity) = upper(v.validity)
        )
    UNION ALL
    SELECT v.company_id, lower(v.validity), kind.event_type,
        {_of_kind({kind: _value("p", fields) for kind, fields in _KINDS.items()})},
        {_of_kind({kind: _value("v", fields) for kind, fields in _KINDS.items()})},
        {_of_kind({kind: _first._changes(*fields) for kind, fields in _KINDS.items()})},
        v.company_name, v.market_code
    FROM company_versions v
    JOIN company_versions p ON p.company_id = v.company_id AND upper(p.validity) = lower(v.validity)
    CROSS JOIN LATERAL (VALUES
        {", ".join(f"('{kind}', {_first._changed(*fields)})" for kind, fields in _KINDS.items())}
    ) AS kind (event_type, is_changed)
    WHERE kind.is_changed
) AS event
JOIN companies ON companies.id = event.company_id
"""  # noqa: S608 likewise


class Migration(migrations.Migration):
    dependencies = [("companies", "0006_quotes")]

    operations = [
        migrations.RunSQL(_VIEW, _first._VIEW.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")),
    ]
