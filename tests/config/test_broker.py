"""How the broker is reached."""

import os

import pytest

from tests.config.test_environment import COMPLETE
from tests.forking import run_unread

ASK = "from config.celery import app; print(app.connection().ssl)"


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("redis://redis.invalid:6379/0", "None"),
        ("rediss://redis.invalid:6379/0", "{'ssl_cert_reqs': <VerifyMode.CERT_REQUIRED: 2>}"),
        ("rediss://redis.invalid:6379/0?ssl_cert_reqs=none", "{'ssl_cert_reqs': <VerifyMode.CERT_NONE: 0>}"),
    ],
)
def test_a_broker_over_tls_has_to_show_a_certificate_unless_told_otherwise(url: str, answer: str) -> None:
    done = run_unread(["-c", ASK], {"PATH": os.environ["PATH"], **COMPLETE, "CELERY_BROKER_URL": url})

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == answer
