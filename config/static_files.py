"""Which static files are collected."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedFiles(StaticFilesConfig):
    """Those that a page refers to: nothing shows the pages of REST framework."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "rest_framework"]
