-- Listing events, third version: with changes of the kind of product, and with `observed_after`, the last list that did not
-- show the change yet. It is looked up in the index of the entries that hold, for the rows that are read: counting and finding
-- events leave it out, and a page sorts before it looks.
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
    -- New: a version with none before it at all; not in the first list, whose companies were listed before anything is known.
    SELECT
        v.company_id, lower(v.validity) AS event_date, 'listed' AS event_type,
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
        AND NOT EXISTS (
            SELECT 1 FROM company_versions p
            WHERE p.company_id = v.company_id AND lower(p.validity) < lower(v.validity)
        )

    UNION ALL

    -- Back: a version after a gap.
    SELECT
        v.company_id, lower(v.validity) AS event_date, 'relisted' AS event_type,
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
        AND EXISTS (
            SELECT 1 FROM company_versions p
            WHERE p.company_id = v.company_id AND lower(p.validity) < lower(v.validity)
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
        v.company_id, lower(v.validity), kind.event_type,
        CASE kind.event_type
            WHEN 'renamed' THEN CASE WHEN p.company_name <> v.company_name THEN p.company_name ELSE p.company_name_english END
            WHEN 'market_changed' THEN p.market_code
            WHEN 'sector_changed' THEN CASE WHEN p.sector33_code <> v.sector33_code THEN p.sector33_code ELSE p.sector17_code END
            WHEN 'scale_changed' THEN p.scale_category
            WHEN 'margin_changed' THEN p.margin_code
            WHEN 'product_changed' THEN p.product_category
        END,
        CASE kind.event_type
            WHEN 'renamed' THEN CASE WHEN p.company_name <> v.company_name THEN v.company_name ELSE v.company_name_english END
            WHEN 'market_changed' THEN v.market_code
            WHEN 'sector_changed' THEN CASE WHEN p.sector33_code <> v.sector33_code THEN v.sector33_code ELSE v.sector17_code END
            WHEN 'scale_changed' THEN v.scale_category
            WHEN 'margin_changed' THEN v.margin_code
            WHEN 'product_changed' THEN v.product_category
        END,
        CASE kind.event_type
            WHEN 'renamed' THEN jsonb_strip_nulls(jsonb_build_object(
                'company_name', CASE WHEN p.company_name <> v.company_name THEN jsonb_build_array(p.company_name, v.company_name) END,
                'company_name_english', CASE WHEN p.company_name_english <> v.company_name_english THEN jsonb_build_array(p.company_name_english, v.company_name_english) END
            ))
            WHEN 'market_changed' THEN jsonb_strip_nulls(jsonb_build_object(
                'market_code', CASE WHEN p.market_code <> v.market_code THEN jsonb_build_array(p.market_code, v.market_code) END
            ))
            WHEN 'sector_changed' THEN jsonb_strip_nulls(jsonb_build_object(
                'sector33_code', CASE WHEN p.sector33_code <> v.sector33_code THEN jsonb_build_array(p.sector33_code, v.sector33_code) END,
                'sector17_code', CASE WHEN p.sector17_code <> v.sector17_code THEN jsonb_build_array(p.sector17_code, v.sector17_code) END
            ))
            WHEN 'scale_changed' THEN jsonb_strip_nulls(jsonb_build_object(
                'scale_category', CASE WHEN p.scale_category <> v.scale_category THEN jsonb_build_array(p.scale_category, v.scale_category) END
            ))
            WHEN 'margin_changed' THEN jsonb_strip_nulls(jsonb_build_object(
                'margin_code', CASE WHEN p.margin_code <> v.margin_code THEN jsonb_build_array(p.margin_code, v.margin_code) END
            ))
            WHEN 'product_changed' THEN jsonb_strip_nulls(jsonb_build_object(
                'product_category', CASE WHEN p.product_category <> v.product_category THEN jsonb_build_array(p.product_category, v.product_category) END
            ))
        END,
        v.company_name, v.market_code
    FROM company_versions v
    JOIN company_versions p ON p.company_id = v.company_id AND upper(p.validity) = lower(v.validity)
    CROSS JOIN LATERAL (VALUES
        ('renamed', p.company_name <> v.company_name OR p.company_name_english <> v.company_name_english),
        ('market_changed', p.market_code <> v.market_code),
        ('sector_changed', p.sector33_code <> v.sector33_code OR p.sector17_code <> v.sector17_code),
        ('scale_changed', p.scale_category <> v.scale_category),
        ('margin_changed', p.margin_code <> v.margin_code),
        ('product_changed', p.product_category <> v.product_category)
    ) AS kind (event_type, is_changed)
    WHERE kind.is_changed
) AS event
JOIN companies ON companies.id = event.company_id
