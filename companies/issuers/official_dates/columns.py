"""`listed_on`, `delisted_on` and `delisting_reason` of current companies: what `told.tell_days` says of the day of the last list
with them, by one statement.
"""

from collections.abc import Collection

from django.db import connection

_REFRESH = """
UPDATE companies SET
    listed_on = told.listed_on, delisted_on = told.delisted_on, delisting_reason = told.delisting_reason
FROM (
    SELECT company.id, begun.listed_on, ended.official_on AS delisted_on, ended.reason AS delisting_reason
    FROM companies AS company
    LEFT JOIN LATERAL (
        SELECT max(official_on) AS listed_on FROM official_dates
        WHERE code = company.code AND kind = 'listed' AND withdrawn_in IS NULL AND official_on <= company.last_seen_on
    ) AS begun ON true
    LEFT JOIN LATERAL (
        SELECT official_on, reason FROM official_dates
        WHERE code = company.code AND kind = 'delisted' AND withdrawn_in IS NULL AND official_on > company.last_seen_on
        ORDER BY official_on LIMIT 1
    ) AS ended ON true
    WHERE company.code IN (SELECT code FROM official_dates) AND (%(all)s OR company.code = ANY(%(codes)s))
) AS told
WHERE companies.id = told.id AND (companies.listed_on, companies.delisted_on, companies.delisting_reason)
    IS DISTINCT FROM (told.listed_on, told.delisted_on, told.delisting_reason)
"""


def refresh_official_columns(codes: Collection[str] | None = None) -> int:
    """Bring the columns of the companies with these codes (`None`: all) in line. How many rows differed; no others are touched.

    To be called wherever official days, companies or the day of the last list with them change, in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"all": codes is None, "codes": sorted(codes or ())})
        return int(cursor.rowcount)
