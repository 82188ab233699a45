"""What the record of changes calls the numbers of a deed that is none of a field."""

from django.utils.translation import gettext_noop as N_  # noqa: N812 the name by which texts are collected

SENT_AGAIN = N_("再送した件数")
LEFT_OUT = N_("送らずに残した件数")
