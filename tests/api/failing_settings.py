"""The product's settings with routes that fail, for a server of its own."""

from config.settings import *  # noqa: F403 that is what settings are made for

ROOT_URLCONF = "tests.api.failing_urls"
