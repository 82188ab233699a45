"""The version of the product: it stands here, and `tests/deploy/test_version.py` holds all other places to it."""

VERSION = "1.0.0"
