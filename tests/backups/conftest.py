"""A product with something in it, to be backed up, and a place to restore it to."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group, User
from django_celery_beat.models import PeriodicTask

from api.keys import create_api_key
from datasources.credentials import Credentials, store_credentials
from datasources.models import DataSource
from syncjobs.runs import start_listing_run
from tests.backups.backup_files import empty_database


@pytest.fixture
def filled(two_lists: None) -> str:
    """Something in every part of the product; returns the key of its API user."""
    source = DataSource.objects.create(name="J-Quants")
    store_credentials(source, Credentials("an-api-key-of-a-source"))
    start_listing_run(source, requested_by="test")
    user = User.objects.create_user("analyst", password="not-a-real-password")
    user.groups.add(Group.objects.get(name="analyst"))
    PeriodicTask.objects.filter(enabled=True).update(description="自分で変えた説明 'と\\記号\t")
    return create_api_key(name="screen", scopes=["read"])[1]


@pytest.fixture
def other_database() -> Iterator[str]:
    """An empty one."""
    with empty_database() as name:
        yield name
