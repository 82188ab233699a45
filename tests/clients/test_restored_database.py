"""A follower of the Python client, and a database that is restored from a real backup between two of its runs."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from meigara_client import Client, EpochChanged, FilePosition

from tests.backups.backup_files import take
from tests.clients.copying import Copy, record_lists, stored
from tests.conftest import MARCH
from tests.server import serve


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_after_a_restored_backup_the_follower_is_told_and_begins_anew(
    two_lists: None, key: str, tmp_path: Path
) -> None:
    place, copy = FilePosition(tmp_path / "position.json"), Copy()
    backup = take(tmp_path / "meigara.backup")
    record_lists(2)
    with serve(tmp_path, workers=1) as server, Client(server.base_url, key) as client:
        copy.take(client, place)
        ledger = client.ledger()
    assert (len(copy.seen), ledger.revision) == (4, 4)
    call_command("restore", backup, "--force", stdout=io.StringIO())
    record_lists(2, MARCH + timedelta(days=1))

    with serve(tmp_path, workers=1) as server, Client(server.base_url, key) as client:
        with pytest.raises(EpochChanged) as told:
            copy.take(client, place)
        place.forget()
        copy = Copy()
        copy.take(client, place)
        assert client.ledger().revision == 4

    assert "newest" in told.value.details
    assert (len(copy.seen), copy.versions) == (4, stored())
