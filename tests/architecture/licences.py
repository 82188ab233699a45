"""Asks what licences packages come under: part of `make lint`. Of what the image has, with Flower and without, all have to be in `ALLOWED`;
of what only development has, in `TOOLS` as well: it is used here and handed on to nobody.

A licence is what the package's own metadata say (PEP 639's expression, else its classifiers, else its words), in SPDX's names.
"""

import re
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing

PROJECT = Path(__file__).resolve().parents[2]
IN_IMAGES = ("requirements.txt", "requirements-flower.txt")
IN_DEVELOPMENT = ("requirements-dev.txt", "requirements-samples.txt", "requirements-installer.txt")
#: Use, change and hand on; the LGPL and the MPL ask for changes of the package itself, and we change none.
ALLOWED = frozenset(
    {
        "MIT", "MIT-0", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "ISC", "Unlicense", "MPL-2.0", "LGPL-2.1-or-later",
        "LGPL-3.0-only", "Zlib", "CC0-1.0",
    }
)  # fmt: skip
#: Programs that stand beside the product: hadolint.
TOOLS = ALLOWED | {"GPL-3.0-only"}
#: How classifiers and words are read. "BSD License" is of two or three clauses: both are allowed.
_WORDS = {
    "MIT License": "MIT", "BSD License": "BSD-3-Clause", "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "Apache Software License": "Apache-2.0", "Apache": "Apache-2.0", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later", "LGPLv3": "LGPL-3.0-only",
    "Python Software Foundation License": "PSF-2.0", "ISC License (ISCL)": "ISC", "GPL-3.0": "GPL-3.0-only",
}  # fmt: skip
#: Where the metadata say nothing, or the package is for other machines than this: read in its own files on 2026-11-27.
TOLD = {
    "async-timeout": "Apache-2.0", "colorama": "BSD-3-Clause", "httpx2-jsfetch": "BSD-3-Clause", "pywin32": "PSF-2.0",
    "axe-playwright-python": "MIT",
}  # fmt: skip
_SPDX = get_spdx_licensing()


def licence_of(package: str) -> str:
    """As an expression of SPDX; empty where nobody says it."""
    if package in TOLD:
        return TOLD[package]
    try:
        told: Any = metadata(package)
    except PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return str(expression)
    classifiers = [line.split(" :: ")[-1] for line in told.get_all("Classifier", []) if line.startswith("License :: ")]
    words = [word for word in classifiers if word != "OSI Approved"] or (told.get("License") or "").splitlines()[:1]
    # Of several classifiers one may be chosen.
    return " OR ".join(_WORDS.get(word, word) for word in words)


def is_allowed(expression: str, allowed: frozenset[str] = ALLOWED) -> bool:
    """Whether one of the ways that an expression leaves open is in `allowed` altogether; not where it cannot be read."""
    try:
        node = _SPDX.parse(expression, validate=True)
    except ExpressionError:
        return False
    return node is not None and _allows(node, allowed)


def pinned(name: str) -> list[str]:
    """The packages of a compiled list."""
    return re.findall(r"^([a-z][\w.-]*)(?:\[.*?\])?==", (PROJECT / name).read_text(), re.MULTILINE)


def find_faults() -> list[str]:
    """A line for each package whose licence is not allowed, or not known."""
    in_images = {package for name in IN_IMAGES for package in pinned(name)}
    others = {package for name in IN_DEVELOPMENT for package in pinned(name)} - in_images
    return [*_faults(in_images, ALLOWED), *_faults(others, TOOLS)]


def _faults(packages: Iterable[str], allowed: frozenset[str]) -> list[str]:
    told = ((package, licence_of(package)) for package in sorted(packages))
    return [f"{package}: {licence or 'unknown'}" for package, licence in told if not is_allowed(licence, allowed)]


def _allows(node: Any, allowed: frozenset[str]) -> bool:
    if isinstance(node, _SPDX.OR):
        return any(_allows(one, allowed) for one in node.args)
    if isinstance(node, _SPDX.AND):
        return all(_allows(one, allowed) for one in node.args)
    return str(node) in allowed


def main() -> int:
    """1 where a licence is not allowed."""
    faults = find_faults()
    for fault in faults:
        print(f"licences: {fault} is not in the list of tests/architecture/licences.py", file=sys.stderr)
    if not faults:
        print(
            f"licences: {len({package for name in IN_IMAGES for package in pinned(name)})} packages of the images allowed."
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
