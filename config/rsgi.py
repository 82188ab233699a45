"""Entry point for the web server (`granian --interface rsgi config.rsgi:application`)."""

from config.wsgi import application as wsgi

# isort: split
from serving.rsgi_application import RsgiApplication  # Django is set up by the import above

application = RsgiApplication(wsgi)
