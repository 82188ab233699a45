"""A J-Quants, a Yahoo Finance and a JPX to try the product against: made-up companies and prices until Ctrl-C."""

import argparse
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

from bench.lists import change_some, make_list
from tests.fakes.jpx import NEW_NAME, OLD_NAME, FakeJpx, make_rows
from tests.fakes.jquants import API_KEY, FakeJquants, business_days
from tests.fakes.yahoo import FakeYahoo


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--yahoo-port", type=int, default=9101)
    parser.add_argument("--jpx-port", type=int, default=9102)
    parser.add_argument(
        "--jpx-list", type=Path, help="the file that JPX publishes; else one of last month's end is made"
    )
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--issues", type=int, default=4400)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--packed", action="store_true", help="make all answers before the first question")
    parser.add_argument("--bulk", action="store_true", help="have bulk files, at a second host")
    parser.add_argument("--bulk-port", type=int, default=0)
    options = parser.parse_args()
    fake = FakeJquants(delay_seconds=options.delay)
    issues = make_list(options.issues)
    first = date.today() - timedelta(days=options.days * 7 // 5 + 3)  # noqa: DTZ011 a person's own day
    for position, day in enumerate(business_days(first, options.days)):
        issues = change_some(issues, 0.01, seed=position)
        fake.publish(day, issues)
    if options.packed:
        fake.pack_all()
    if options.bulk:
        fake.bulk.publish_months(fake.lists)
        fake.bulk.pack_all()
        fake.bulk.start(options.bulk_port)
    fake.start(options.port)
    yahoo = FakeYahoo(delay_seconds=options.delay).start(options.yahoo_port)
    jpx = publish_month(FakeJpx(delay_seconds=options.delay), options.jpx_list).start(options.jpx_port)
    sys.stdout.write(
        f"JQUANTS_BASE_URL={fake.url()} JQUANTS_API_KEY={API_KEY}\n"
        f"Yahoo Finance: {yahoo.address()}\nJPX: {jpx.base_url()}\n"
    )
    sys.stdout.flush()
    threading.Event().wait()


def publish_month(fake: FakeJpx, file: Path | None) -> FakeJpx:
    """A file as it is, under the name that its ending asks for; without one 3,000 companies of last month's end."""
    if file is None:
        today = date.today()  # noqa: DTZ011 a person's own day
        fake.publish(today.replace(day=1) - timedelta(days=1), make_rows(3000))
    else:
        fake.file_name = OLD_NAME if file.suffix == ".xls" else NEW_NAME
        fake.content = file.read_bytes()
    return fake


if __name__ == "__main__":
    main()
