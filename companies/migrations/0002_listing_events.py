"""The view `listing_events`, and room in the pages of `companies` for updates in place."""

from django.db import migrations

_FIELDS = (
    "company_name",
    "company_name_english",
    "market_code",
    "sector17_code",
    "sector33_code",
    "scale_category",
    "margin_code",
    "product_category",
)


def _whole_state(old: str, new: str) -> str:
    pairs = ", ".join(
        f"'{field}', jsonb_build_array({old.format(field=field)}, {new.format(field=field)})" for field in _FIELDS
    )
    return f"jsonb_build_object({pairs})"


def _changed(*fields: str) -> str:
    return " OR ".join(f"p.{field} <> v.{field}" for field in fields)


def _changes(*fields: str) -> str:
    pairs = ", ".join(
        f"'{field}', CASE WHEN p.{field} <> v.{field} THEN jsonb_build_array(p.{field}, v.{field}) END"
        for field in fields
    )
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def _headline(version: str, first: str, second: str) -> str:
    return f"CASE WHEN p.{first} <> v.{first} THEN {version}.{first} ELSE {version}.{second} END"


# Three kinds of row, joined so that a condition on the date or the company reaches an index of each:
# 1. a version with none before it that touches it: listed, or relisted after a gap; not in the first snapshot, whose
#    companies were listed before anything is known;
# 2. a version that ended with none after it that touches it: delisted, on the date of the first list without it;
# 3. two versions that touch: what differs. A value that was not told before (NULL) is news to us, not a change.
_VIEW = f"""
CREATE VIEW listing_events AS
SELECT
    event.company_id || ':' || event.event_date || ':' || event.event_type AS id,
    event.company_id, companies.code, event.event_date, event.event_type, event.old_value, event.new_value,
    event.changes, event.company_name, event.market_code
FROM (
    SELECT v.company_id, lower(v.validity) AS event_date,
        CASE WHEN EXISTS (
            SELECT 1 FROM company_versions p WHERE p.company_id = v.company_id AND lower(p.validity) < lower(v.validity)
        ) THEN 'relisted' ELSE 'listed' END AS event_type,
        NULL::text AS old_value, v.company_name AS new_value,
        {_whole_state("NULL::text", "v.{field}")} AS changes, v.company_name, v.market_code
    FROM company_versions v
    WHERE lower(v.validity) > (SELECT min(date_in_force) FROM listing_snapshots WHERE NOT is_superseded)
        AND NOT EXISTS (
            SELECT 1 FROM company_versions p
            WHERE p.company_id = v.company_id AND upper(p.validity) = lower(v.validity)
        )
    UNION ALL
    SELECT v.company_id, upper(v.validity), 'delisted', v.company_name, NULL,
        {_whole_state("v.{field}", "NULL::text")}, v.company_name, v.market_code
    FROM company_versions v
    WHERE upper(v.validity) IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM company_versions n
            WHERE n.company_id = v.company_id AND lower(n.validity) = upper(v.validity)
        )
    UNION ALL
    SELECT v.company_id, lower(v.validity), change.event_type, change.old_value, change.new_value, change.changes,
        v.company_name, v.market_code
    FROM company_versions v
    JOIN company_versions p ON p.company_id = v.company_id AND upper(p.validity) = lower(v.validity)
    CROSS JOIN LATERAL (VALUES
        ('renamed', {_changed("company_name", "company_name_english")},
            {_headline("p", "company_name", "company_name_english")},
            {_headline("v", "company_name", "company_name_english")},
            {_changes("company_name", "company_name_english")}),
        ('market_changed', {_changed("market_code")}, p.market_code, v.market_code, {_changes("market_code")}),
        ('sector_changed', {_changed("sector33_code", "sector17_code")},
            {_headline("p", "sector33_code", "sector17_code")},
            {_headline("v", "sector33_code", "sector17_code")},
            {_changes("sector33_code", "sector17_code")}),
        ('scale_changed', {_changed("scale_category")}, p.scale_category, v.scale_category,
            {_changes("scale_category")}),
        ('margin_changed', {_changed("margin_code")}, p.margin_code, v.margin_code, {_changes("margin_code")})
    ) AS change (event_type, is_changed, old_value, new_value, changes)
    WHERE change.is_changed
) AS event
JOIN companies ON companies.id = event.company_id
"""  # noqa: S608 every part is a constant of this file


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]

    operations = [
        migrations.RunSQL(_VIEW, "DROP VIEW listing_events"),
        # Every new snapshot moves `last_seen_on` of all companies: with room in the page, no index has to be touched.
        migrations.RunSQL("ALTER TABLE companies SET (fillfactor = 50)", "ALTER TABLE companies RESET (fillfactor)"),
    ]
