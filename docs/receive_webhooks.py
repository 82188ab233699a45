"""Receives webhooks and keeps a copy of the whole history by them, without ever polling: an example to start from.

    export MEIGARA_API_KEY=mgr_... WEBHOOK_SECRETS="whsec_..."       # several with spaces, while a secret is being changed
    python receive_webhooks.py 9000 copy.sqlite3 http://localhost:8000

Needs nothing but Python and `follow_feed.py` beside it; a web server in front of it ends TLS. It may be killed and started again at
any time: a message is written down before it is answered, so what was not answered is sent again, and what comes again under an id
that is written down already is only answered. The work is done afterwards, from what is written down.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import follow_feed

LONGEST_BODY = 8 * 1024 * 1024
TOLERANCE_SECONDS = 300
AGAIN_AFTER_SECONDS = float(os.environ.get("AGAIN_AFTER_SECONDS", "10"))


def is_genuine(secrets, headers, body, now):
    """Whether a message was signed just now with one of our secrets (Standard Webhooks). `body` is the bytes as they came."""
    webhook_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (webhook_id and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 13):
        return False
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    given = [one[3:].encode() for one in headers.get("webhook-signature", "").split() if one.startswith("v1,")]
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        if any(hmac.compare_digest(right, one) for one in given):
            return True
    return False


def open_inbox(path):
    inbox = sqlite3.connect(path, timeout=30)
    inbox.execute("PRAGMA journal_mode = WAL")
    inbox.execute("CREATE TABLE IF NOT EXISTS messages (webhook_id PRIMARY KEY, body, received_at, done_at)")
    return inbox


def write_down(path, webhook_id, body):
    """Whether the message is new."""
    inbox = open_inbox(path)
    try:
        with inbox:
            row = (webhook_id, body.decode(), time.time())
            written = inbox.execute(
                "INSERT OR IGNORE INTO messages (webhook_id, body, received_at) VALUES (?, ?, ?)", row
            )
        return written.rowcount == 1
    finally:
        inbox.close()


def handler_for(path, secrets, has_come):
    class Handler(BaseHTTPRequestHandler):
        timeout = 30  # who begins and does not go on

        def do_POST(self):
            length = self.headers.get("content-length", "")
            if not (length.isascii() and length.isdecimal() and int(length[:12]) <= LONGEST_BODY):
                return self.answer(413)
            body = self.rfile.read(int(length))
            if not is_genuine(secrets, self.headers, body, time.time()):
                return self.answer(401)
            try:
                write_down(path, self.headers["webhook-id"], body)
            except sqlite3.Error:
                return self.answer(503)  # it is sent again
            has_come.set()
            return self.answer(204)

        def answer(self, status):
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, text, *values):
            print(text % values, file=sys.stderr, flush=True)

    return Handler


def do_work(inbox, copy, fetch):
    """All that is written down and not done. Done twice, after a death in between, it changes nothing more."""
    todo = inbox.execute("SELECT webhook_id, body FROM messages WHERE done_at IS NULL ORDER BY rowid").fetchall()
    messages = [json.loads(body) for _, body in todo]
    if any(message["data"].get("revision") for message in messages):
        # One reading up to the newest revision does for all of them.
        while follow_feed.take_next(copy, fetch):
            pass
    for message in messages:
        print(message["text"], flush=True)
    with inbox:
        inbox.executemany(
            "UPDATE messages SET done_at = ? WHERE webhook_id = ?", [(time.time(), one) for one, _ in todo]
        )


def keep_working(path, fetch, has_come):
    inbox, copy = open_inbox(path), follow_feed.open_copy(path)
    while True:
        has_come.clear()
        try:
            do_work(inbox, copy, fetch)
        except (OSError, http.client.HTTPException, ValueError, sqlite3.OperationalError) as error:
            print(f"not now: {error!r}", file=sys.stderr, flush=True)
            time.sleep(AGAIN_AFTER_SECONDS)
        else:
            has_come.wait()


if __name__ == "__main__":
    port, path, base_url = sys.argv[1:]
    secrets = os.environ["WEBHOOK_SECRETS"].split()
    fetch = follow_feed.over_http(base_url, os.environ["MEIGARA_API_KEY"])
    has_come = threading.Event()
    threading.Thread(target=keep_working, args=(path, fetch, has_come), daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", int(port)), handler_for(path, secrets, has_come)).serve_forever()
