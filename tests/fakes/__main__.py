"""A J-Quants and a Yahoo Finance to try the product against: made-up companies and prices until Ctrl-C."""

import argparse
import sys
import threading
from datetime import date, timedelta

from bench.lists import change_some, make_list
from tests.fakes.jquants import API_KEY, FakeJquants, business_days
from tests.fakes.yahoo import FakeYahoo


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--yahoo-port", type=int, default=9101)
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
    sys.stdout.write(f"JQUANTS_BASE_URL={fake.url()} JQUANTS_API_KEY={API_KEY}\nYahoo Finance: {yahoo.address()}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
