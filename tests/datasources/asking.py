"""A process of its own that asks for as many quotes as it may: `python -m tests.datasources.asking SOURCE_ID COUNT`."""

import sys
import time

import django

django.setup()

from datasources.models import DataSource  # noqa: E402 models need the setup above
from datasources.yahoo.client import open_yahoo_client  # noqa: E402

_SECONDS = 3.0


class _TimeIsUp(Exception):
    pass


def main(source_id: int, count: int) -> None:
    """Until all were answered, or the time is up."""
    give_up_at = time.monotonic() + _SECONDS

    def check() -> None:
        if time.monotonic() > give_up_at:
            raise _TimeIsUp

    with open_yahoo_client(DataSource.objects.get(pk=source_id), check) as client:
        for number in range(count):
            client.fetch_quote(str(1301 + number))


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]))
    except _TimeIsUp:
        sys.exit(3)
