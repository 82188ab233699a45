"""The product as one WSGI application; `config.rsgi` has it served."""

import os
from collections.abc import Iterable
from functools import cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from agents import MCP_PATHS
from database.process_kind import VARIABLE, ProcessKind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault(VARIABLE, ProcessKind.WEB)

_django = get_wsgi_application()

from api.front.application import Front  # noqa: E402 models can be imported only after the setup above
from api.front.headers import is_insecure  # noqa: E402
from serving.refusals import refuse_unmeasured  # noqa: E402

_front = Front(_django)
#: For a server that can answer without a thread (`serving.rsgi_application`).
answer_at_once = _front.answer_at_once


@cache
def _mcp() -> WSGIApplication:
    """Loaded by the first who asks: the protocol's SDK takes each process half a second and some 30 MiB, and many an installation has no agents."""
    endpoint: WSGIApplication = import_string("agents.endpoint.McpEndpoint")(_front)
    return endpoint


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    # Django reads as much as Content-Length says: without one a body in chunks would be taken for none at all, and
    # another action carried out. `serving` measures what it receives; another server may not.
    if "HTTP_TRANSFER_ENCODING" in environ and not environ.get("CONTENT_LENGTH"):
        return refuse_unmeasured(environ, start_response)
    # Django answers what a browser asks first (OPTIONS), and sends to HTTPS who comes without it.
    if environ["PATH_INFO"] in MCP_PATHS and environ["REQUEST_METHOD"] != "OPTIONS" and not is_insecure(environ):
        return _mcp()(environ, start_response)
    return _front(environ, start_response)
