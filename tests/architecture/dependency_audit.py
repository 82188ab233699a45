"""Asks whether what we depend on has known holes: pip-audit over what the image is made of, with Flower and without, as a
part of `make lint`.

It needs the network. Without it one line says so and the rest of the checks goes on, unless `AUDIT_REQUIRED=true`
(for a pipeline that is meant to have a network); a hole always fails.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

PROJECT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ("requirements.txt", "requirements-flower.txt")
_SECONDS = 300


class Verdict(NamedTuple):
    """What the audit found: holes, one a line, and how many packages could (not) be asked about."""

    holes: list[str]
    audited: int
    skipped: int


def judge(report: Mapping[str, Any]) -> Verdict:
    """Read pip-audit's report (`--format json`)."""
    packages = report["dependencies"]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}"
        + (f" (fixed in {', '.join(hole['fix_versions'])})" if hole["fix_versions"] else "")
        for package in packages
        for hole in package.get("vulns", [])
    ]
    skipped = sum("skip_reason" in package for package in packages)
    return Verdict(holes, len(packages) - skipped, skipped)


def main() -> int:
    """Audit; 1 for a hole, and where nothing could be audited though it had to be."""
    command = [
        sys.executable, "-m", "pip_audit", *(word for name in REQUIREMENTS for word in ("--requirement", str(PROJECT / name))), "--disable-pip", "--no-deps",
        "--progress-spinner", "off", "--timeout", "10", "--format", "json",
    ]  # fmt: skip
    said = ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        said = done.stderr.strip().rpartition("\n")[2]
        verdict = judge(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        # Without the network there is no report at all, or one in which every package was passed over.
        verdict = Verdict([], 0, 0)
    for hole in verdict.holes:
        print(f"pip-audit: {hole}", file=sys.stderr)
    if not verdict.audited:
        reason = f"{verdict.skipped} packages passed over" if verdict.skipped else said[:200] or "no answer in time"
        print(f"pip-audit: skipped, the vulnerability database cannot be reached ({reason}).", file=sys.stderr)
        return 1 if os.environ.get("AUDIT_REQUIRED") == "true" else 0
    print(f"pip-audit: {verdict.audited} packages audited, {verdict.skipped} passed over, {len(verdict.holes)} holes.")
    return 1 if verdict.holes else 0


if __name__ == "__main__":
    sys.exit(main())
