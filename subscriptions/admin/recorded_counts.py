"""What the record of changes calls the numbers of a deed that is none of a field."""

from django.utils.translation import gettext_noop

SENT_AGAIN = gettext_noop("再送した件数")
LEFT_OUT = gettext_noop("送らずに残した件数")
