"""The product with the endpoints of `tests.database.slow_urls`."""

from django.conf import settings

from config.rsgi import application as product

settings.ROOT_URLCONF = "tests.database.slow_urls"
application = product
