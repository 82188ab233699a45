"""Entry point for the web server (`granian --interface rsgi config.rsgi:application`)."""

from config.wsgi import application as wsgi

# isort: split
from serving.gate import Gate  # Django is set up by the import above

application = Gate(wsgi)
