"""Entry point for the web server (`granian --interface rsgi config.rsgi:application`)."""

from config.wsgi import answer_at_once
from config.wsgi import application as wsgi

# isort: split
from api.key_uses import key_uses  # Django is set up by the import above
from companies.known.reading import newest_revision
from serving.rsgi_application import RsgiApplication

application = RsgiApplication(
    wsgi, find_newest=newest_revision, answer_at_once=answer_at_once, beginning=key_uses.keep_telling, ending=key_uses.tell_soon,
)  # fmt: skip
