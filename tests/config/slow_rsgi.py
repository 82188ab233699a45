"""The product with the endpoints of `tests.config.slow_urls`."""

from django.conf import settings

from config.rsgi import application as product

settings.ROOT_URLCONF = "tests.config.slow_urls"
application = product
