"""The line of a request is written by hand, for speed: it has to be what the log's own renderer makes of it."""

from contextlib import redirect_stderr
from io import StringIO

import structlog
from hypothesis import given
from hypothesis import strategies as st

from api.front.request_log import log_api_request

TOKENS = st.text("abcdefABCDEF0123456789._-:", min_size=1, max_size=20)


@given(
    path=st.from_regex(r"/api/[A-Za-z0-9/._-]{0,26}", fullmatch=True), method=st.sampled_from(["GET", "POST", "HEAD"]),
    request_id=TOKENS, status=st.integers(200, 599), seconds=st.floats(0, 100), answered_by=st.sampled_from(["front", "django"]),
)  # fmt: skip
def test_the_readable_line_is_the_one_of_the_readable_format(
    path: str, method: str, request_id: str, status: int, seconds: float, answered_by: str
) -> None:
    with redirect_stderr(StringIO()) as log:
        log_api_request(
            request_id=request_id, method=method, path=path, endpoint="company-list", status=status, seconds=seconds,
            key="mgr_abc", answered_by=answered_by, address="192.0.2.1",
        )  # fmt: skip

    moment, _, line = log.getvalue().partition(" ")
    rendered = structlog.dev.ConsoleRenderer(colors=False)(
        None, "info",
        {
            "timestamp": moment, "level": "info", "event": "api_request", "logger": "api.front.request_log", "path": path,
            "method": method, "request_id": request_id, "status": status, "duration_ms": round(seconds * 1000, 2),
            "endpoint": "company-list", "key": "mgr_abc", "answered_by": answered_by, "address": "192.0.2.1",
        },
    )  # fmt: skip
    assert f"{moment} {line}" == f"{rendered}\n"
    assert moment.endswith("Z")
