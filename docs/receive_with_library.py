"""The same check by the library `standardwebhooks`, in a WSGI application for any server: an example to start from.

pip install standardwebhooks
WEBHOOK_SECRETS="whsec_..." INBOX=inbox.sqlite3 python receive_with_library.py 9000
"""

import os
import sqlite3
import sys
from wsgiref.simple_server import make_server

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRETS, INBOX = os.environ["WEBHOOK_SECRETS"].split(), os.environ["INBOX"]


def is_genuine(body, headers):
    """Whether one of our secrets signed it in the last five minutes."""
    for secret in SECRETS:
        try:
            Webhook(secret).verify(body, headers)
        except (WebhookVerificationError, ValueError):  # the latter for headers that are none
            continue
        return True
    return False


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {
        f"webhook-{name}": environ.get(f"HTTP_WEBHOOK_{name.upper()}", "") for name in ("id", "timestamp", "signature")
    }
    if environ["REQUEST_METHOD"] != "POST" or not is_genuine(body, headers):
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    inbox = sqlite3.connect(INBOX)
    with inbox:  # the id is the key: what comes again is answered and not written twice
        inbox.execute("CREATE TABLE IF NOT EXISTS messages (webhook_id PRIMARY KEY, body)")
        inbox.execute("INSERT OR IGNORE INTO messages VALUES (?, ?)", (headers["webhook-id"], body.decode()))
    inbox.close()
    start_response("204 No Content", [])
    return [b""]


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
