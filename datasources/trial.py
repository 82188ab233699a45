"""Trying what somebody entered before it is saved."""

import json
from copy import copy
from dataclasses import asdict

from django.views.decorators.debug import sensitive_variables

from datasources.connection_check import CheckResult
from datasources.credentials import Credentials
from datasources.encryption import encrypt
from datasources.errors import SourceError
from datasources.models import DataSource
from datasources.providers import provider_of


@sensitive_variables()
def try_entered(source: DataSource, credentials: Credentials) -> CheckResult:
    """Ask the source for one issue with these credentials. Nothing is written: neither they, nor how it went. Never raises for it."""
    trial = copy(source)
    # Nobody's: its requests and its tokens are not those of a source that is there.
    trial.pk = None
    trial.encrypted_credentials = encrypt(json.dumps(asdict(credentials)))
    try:
        return CheckResult(True, provider_of(trial).probe(trial))
    except SourceError as error:
        return CheckResult(False, error.message)
