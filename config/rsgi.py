"""Entry point for the web server (`granian --interface rsgi config.rsgi:application`)."""

from config.wsgi import answer_at_once
from config.wsgi import application as wsgi

# isort: split
from companies.known.reading import newest_revision  # Django is set up by the import above
from serving.rsgi_application import RsgiApplication

application = RsgiApplication(wsgi, find_newest=newest_revision, answer_at_once=answer_at_once)
