"""Which static files are collected."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedFiles(StaticFilesConfig):
    """Those that a page refers to: nothing shows Swagger UI or the pages of REST framework, which are half of all."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "swagger-ui-dist", "rest_framework"]
