"""The view `listing_events` with changes of the kind of product, and with the last list that did not show a change yet.

`observed_after` is looked up in the index of the entries that hold, for the rows that are read: counting and finding
events leave it out, and a page sorts before it looks.
"""

from importlib import import_module

from django.db import migrations

_first = import_module("companies.migrations.0002_listing_events")
_before = import_module("companies.migrations.0007_event_branches")

_KINDS = {**_before._KINDS, "product_changed": ("product_category",)}
_of_kind, _value = _before._of_kind, _before._value

_VIEW = f"""
CREATE OR REPLACE VIEW listing_events AS
SELECT
    event.company_id || ':' || event.event_date || ':' || event.event_type AS id,
    event.company_id, companies.code, event.event_date, event.event_type, event.old_value, event.new_value,
    event.changes, event.company_name, event.market_code,
    (
        SELECT max(date_in_force) FROM listing_snapshots
        WHERE NOT is_superseded AND date_in_force < event.event_date
    ) AS observed_after
FROM (
    {_before._arrival("listed", "NOT EXISTS")}
    UNION ALL
    {_before._arrival("relisted", "EXISTS")}
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
"""  # noqa: S608 every part is a constant


class Migration(migrations.Migration):
    dependencies = [("companies", "0008_covering_indexes")]

    operations = [
        # A view keeps its columns where it is replaced: backwards it has to be made again.
        migrations.RunSQL(_VIEW, ["DROP VIEW listing_events", _before._VIEW.replace("CREATE OR REPLACE", "CREATE")]),
    ]
