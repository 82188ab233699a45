"""The product as one WSGI application; `config.rsgi` has it served."""

import os

from django.core.wsgi import get_wsgi_application

from config.process_kind import VARIABLE, ProcessKind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault(VARIABLE, ProcessKind.WEB)

_django = get_wsgi_application()

from config.api.front import Front  # noqa: E402 models can be imported only after the setup above

application = Front(_django)
