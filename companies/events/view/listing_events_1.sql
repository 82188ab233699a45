-- Listing events, first version: three kinds of row, joined so that a condition on the date or the company reaches an index
-- of each.
CREATE OR REPLACE VIEW listing_events AS
SELECT
    event.company_id || ':' || event.event_date || ':' || event.event_type AS id,
    event.company_id, companies.code, event.event_date, event.event_type, event.old_value, event.new_value,
    event.changes, event.company_name, event.market_code
FROM (
    -- New, or back after a gap: a version with none before it that touches it; not in the first list, whose companies were
    -- listed before anything is known.
    SELECT
        v.company_id, lower(v.validity) AS event_date,
        CASE WHEN EXISTS (
            SELECT 1 FROM company_versions p WHERE p.company_id = v.company_id AND lower(p.validity) < lower(v.validity)
        ) THEN 'relisted' ELSE 'listed' END AS event_type,
        NULL::text AS old_value, v.company_name AS new_value,
        jsonb_build_object(
            'company_name', jsonb_build_array(NULL::text, v.company_name),
            'company_name_english', jsonb_build_array(NULL::text, v.company_name_english),
            'market_code', jsonb_build_array(NULL::text, v.market_code),
            'sector17_code', jsonb_build_array(NULL::text, v.sector17_code),
            'sector33_code', jsonb_build_array(NULL::text, v.sector33_code),
            'scale_category', jsonb_build_array(NULL::text, v.scale_category),
            'margin_code', jsonb_build_array(NULL::text, v.margin_code),
            'product_category', jsonb_build_array(NULL::text, v.product_category)
        ) AS changes,
        v.company_name, v.market_code
    FROM company_versions v
    WHERE lower(v.validity) > (SELECT min(date_in_force) FROM listing_snapshots WHERE NOT is_superseded)
        AND NOT EXISTS (
            SELECT 1 FROM company_versions p
            WHERE p.company_id = v.company_id AND upper(p.validity) = lower(v.validity)
        )

    UNION ALL

    -- Gone: the first list without it.
    SELECT
        v.company_id, upper(v.validity), 'delisted', v.company_name, NULL,
        jsonb_build_object(
            'company_name', jsonb_build_array(v.company_name, NULL::text),
            'company_name_english', jsonb_build_array(v.company_name_english, NULL::text),
            'market_code', jsonb_build_array(v.market_code, NULL::text),
            'sector17_code', jsonb_build_array(v.sector17_code, NULL::text),
            'sector33_code', jsonb_build_array(v.sector33_code, NULL::text),
            'scale_category', jsonb_build_array(v.scale_category, NULL::text),
            'margin_code', jsonb_build_array(v.margin_code, NULL::text),
            'product_category', jsonb_build_array(v.product_category, NULL::text)
        ),
        v.company_name, v.market_code
    FROM company_versions v
    WHERE upper(v.validity) IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM company_versions n
            WHERE n.company_id = v.company_id AND lower(n.validity) = upper(v.validity)
        )

    UNION ALL

    -- Changed: two versions that touch. A value that was not told before (NULL) is news to us, not a change.
    SELECT
        v.company_id, lower(v.validity), change.event_type, change.old_value, change.new_value, change.changes,
        v.company_name, v.market_code
    FROM company_versions v
    JOIN company_versions p ON p.company_id = v.company_id AND upper(p.validity) = lower(v.validity)
    CROSS JOIN LATERAL (VALUES
        (
            'renamed', p.company_name <> v.company_name OR p.company_name_english <> v.company_name_english,
            CASE WHEN p.company_name <> v.company_name THEN p.company_name ELSE p.company_name_english END,
            CASE WHEN p.company_name <> v.company_name THEN v.company_name ELSE v.company_name_english END,
            jsonb_strip_nulls(jsonb_build_object(
                'company_name', CASE WHEN p.company_name <> v.company_name THEN jsonb_build_array(p.company_name, v.company_name) END,
                'company_name_english', CASE WHEN p.company_name_english <> v.company_name_english THEN jsonb_build_array(p.company_name_english, v.company_name_english) END
            ))
        ),
        (
            'market_changed', p.market_code <> v.market_code,
            p.market_code,
            v.market_code,
            jsonb_strip_nulls(jsonb_build_object(
                'market_code', CASE WHEN p.market_code <> v.market_code THEN jsonb_build_array(p.market_code, v.market_code) END
            ))
        ),
        (
            'sector_changed', p.sector33_code <> v.sector33_code OR p.sector17_code <> v.sector17_code,
            CASE WHEN p.sector33_code <> v.sector33_code THEN p.sector33_code ELSE p.sector17_code END,
            CASE WHEN p.sector33_code <> v.sector33_code THEN v.sector33_code ELSE v.sector17_code END,
            jsonb_strip_nulls(jsonb_build_object(
                'sector33_code', CASE WHEN p.sector33_code <> v.sector33_code THEN jsonb_build_array(p.sector33_code, v.sector33_code) END,
                'sector17_code', CASE WHEN p.sector17_code <> v.sector17_code THEN jsonb_build_array(p.sector17_code, v.sector17_code) END
            ))
        ),
        (
            'scale_changed', p.scale_category <> v.scale_category,
            p.scale_category,
            v.scale_category,
            jsonb_strip_nulls(jsonb_build_object(
                'scale_category', CASE WHEN p.scale_category <> v.scale_category THEN jsonb_build_array(p.scale_category, v.scale_category) END
            ))
        ),
        (
            'margin_changed', p.margin_code <> v.margin_code,
            p.margin_code,
            v.margin_code,
            jsonb_strip_nulls(jsonb_build_object(
                'margin_code', CASE WHEN p.margin_code <> v.margin_code THEN jsonb_build_array(p.margin_code, v.margin_code) END
            ))
        )
    ) AS change (event_type, is_changed, old_value, new_value, changes)
    WHERE change.is_changed
) AS event
JOIN companies ON companies.id = event.company_id
