"""Keeps a copy of the whole history in an SQLite file, up to date, by `GET /api/v1/feed`: an example to start from.

    python follow_feed.py http://localhost:8000 API_KEY history.sqlite3

Needs nothing but Python. It may be killed and started again at any time: what an answer says and the place to go on from are
written in one transaction, so that nothing is lost and nothing counts twice.
"""

import json
import sqlite3
import sys
import urllib.error
import urllib.parse
import urllib.request

STATE = (
    "company_name", "company_name_english", "market_code", "sector17_code", "sector33_code", "scale_category", "margin_code",
    "product_category",
)  # fmt: skip


def open_copy(path):
    copy = sqlite3.connect(path)
    copy.executescript(f"""
        CREATE TABLE IF NOT EXISTS versions (code, valid_from, valid_until, {", ".join(STATE)}, PRIMARY KEY (code, valid_from));
        CREATE TABLE IF NOT EXISTS place (only INTEGER PRIMARY KEY CHECK (only = 1), after, epoch);
        INSERT OR IGNORE INTO place VALUES (1, '0', NULL);
    """)
    return copy


def take_next(copy, fetch, **how):
    """One answer of the feed, applied to the copy. Whether there was anything new."""
    after, epoch = copy.execute("SELECT after, epoch FROM place").fetchone()
    status, answer = fetch({"after": after, **how})
    with copy:
        if status == 409 or (epoch and answer["epoch"] != epoch):
            # The database was restored from a backup: what was copied may never have been.
            copy.execute("DELETE FROM versions")
            copy.execute("UPDATE place SET after = '0', epoch = NULL")
            return True
        for revision in answer["revisions"]:
            for gone in revision["withdrawn"]:
                copy.execute(
                    "DELETE FROM versions WHERE code = ? AND valid_from = ?", (gone["code"], gone["valid_from"])
                )
            for version in revision["recorded"]:
                row = [version[field] for field in ("code", "valid_from", "valid_until", *STATE)]
                copy.execute(f"INSERT INTO versions VALUES ({', '.join('?' * len(row))})", row)
        copy.execute("UPDATE place SET after = ?, epoch = ?", (answer["next"], answer["epoch"]))
    return bool(answer["revisions"])


def over_http(base_url, api_key):
    def fetch(query):
        address = f"{base_url}/api/v1/feed?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(address, headers={"X-API-Key": api_key})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
            return error.code, json.load(error)

    return fetch


if __name__ == "__main__":
    base_url, api_key, path = sys.argv[1:]
    copy, fetch = open_copy(path), over_http(base_url, api_key)
    while True:
        take_next(copy, fetch, wait=30)
