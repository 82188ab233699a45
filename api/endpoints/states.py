"""Which state of the data an answer was read from: `X-Data-State`, and `state=` to be told when it is no longer that.

A list that is read page by page while another list comes in would lose companies or show them twice. Each answer names
its state; a caller who gives it back gets a page of the same state or is told to begin anew.
"""

from django.utils.translation import gettext
from rest_framework import serializers

from api.endpoints.errors import ApiError
from api.endpoints.filters import Parameter, StrictFilterSet

HEADER = "X-Data-State"
#: Of what is derived from a ledger whose changes are numbered: the last that the answer knows of.
REVISION_HEADER = "X-Ledger-Revision"
#: Of a file: its revision with that one's hash in the chain, `NUMBER:HASH`, as `verify_history --head` takes it. Not there where it has none yet.
HEAD_HEADER = "X-Ledger-Head"
#: Opaque to callers.
PATTERN = r"[0-9A-Za-z._-]{1,64}"


class StateFilterSet(StrictFilterSet):
    """Base of the parameters of every endpoint that names its state (`api.endpoints.data_views`)."""

    state = Parameter(
        serializers.RegexField(
            f"^{PATTERN}$",
            required=False,
            help_text=f"前の応答の {HEADER}。データがその時点から変わっていれば 409 STATE_CHANGED",
        )
    )


def refuse_other_state(wanted: str | None, current: str) -> None:
    """Raise the API's 409 where another state than the current one is asked for."""
    if wanted is None or wanted == current:
        return
    raise ApiError(
        409,
        "STATE_CHANGED",
        gettext("読み始めてからデータが変わりました。state を外して最初のページから読み直してください。"),
        details={"state": wanted, "current_state": current},
    )
