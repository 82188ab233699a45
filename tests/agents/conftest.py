"""A product with two lists and an issuer, which runs in two processes; all tests of a module share it, and only read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from api.keys import create_api_key, revoke
from companies.issuers.issuer_lists import apply_issuer_list
from tests.clients.conftest import committed
from tests.conftest import MARCH, apply_two_lists
from tests.edinet_lists import make_filer
from tests.server import Server, serve

#: Keys that may ask so often an hour, one for each test that needs it.
SMALL = (6, 7, 25)


@dataclass
class Product:
    """What runs, and its keys by what they are: `reading`, `sync`, `expired`, `revoked`, and the small ones by their number."""

    server: Server
    log_path: Path
    keys: dict[str, str] = field(default_factory=dict)
    #: As rows have them.
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.server.base_url

    def add_key(self, kind: str, **more: object) -> None:
        arguments: dict[str, object] = {"name": kind, "scopes": ["read"], "rate_limit_per_hour": 100_000, **more}
        row, self.keys[kind] = create_api_key(**arguments)  # type: ignore[arg-type] # of any kind
        self.ids[kind] = row.pk
        if kind == "revoked":
            revoke(row)


@pytest.fixture(scope="module")
def product(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    directory = tmp_path_factory.mktemp("server")
    with committed(django_db_blocker):
        apply_two_lists()
        toyota = make_filer("7203", "E02144", name="トヨタ自動車株式会社", name_english="TOYOTA")
        apply_issuer_list(MARCH, [toyota], force=True)
        with serve(directory, workers=2, LOG_LEVEL="INFO", LOG_FORMAT="json") as running:
            found = Product(running, directory / "web.log")
            found.add_key("reading")
            found.add_key("revoked")
            found.add_key("sync", scopes=["sync"])
            found.add_key("expired", expires_at=timezone.now() - timedelta(hours=1))
            for limit in SMALL:
                found.add_key(str(limit), rate_limit_per_hour=limit)
            yield found


@pytest.fixture
def key(product: Product) -> str:
    return product.keys["reading"]
