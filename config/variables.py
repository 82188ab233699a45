"""The variables of the process as settings read them: secrets from files taken in, what is empty not there."""

from collections.abc import Iterator, Mapping, MutableMapping

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.secret_files import take_in_secret_files


def reader_of(variables: MutableMapping[str, str]) -> Env:
    """Raises `ImproperlyConfigured` where a file of a secret cannot be read."""
    if complaints := take_in_secret_files(variables):
        raise ImproperlyConfigured("\n".join(complaints))
    env = Env()
    env.ENVIRON = _Filled(variables)
    return env


class _Filled(Mapping[str, str]):
    """What is empty counts as not set: a line of `.env` without a value is handed on as it is, and an empty HTTPS_ONLY
    must not mean "no".
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        value = self._variables[name]
        if not value.strip():
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name, value in self._variables.items() if value.strip())

    def __len__(self) -> int:
        return sum(1 for _ in self)
