"""A product on a machine of its own, for tests that kill and restore."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.receiver import Receiver
from tests.forking import PROJECT
from tests.recorded_history.own_machine import OwnMachine
from tests.recorded_history.world import World


@pytest.fixture(scope="session")
def migrated_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnMachine]:
    """Its database has all tables and no data but theirs."""
    with OwnMachine(tmp_path_factory.mktemp("machine")).running() as machine:
        environment = {**os.environ, **machine.environment(), "LOG_LEVEL": "ERROR"}
        subprocess.run(
            [sys.executable, "manage.py", "migrate"],
            cwd=PROJECT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield machine


@pytest.fixture
def own_world(migrated_machine: OwnMachine, tmp_path: Path) -> Iterator[World]:
    """Nobody serves in it yet."""
    with Receiver() as receiver:
        world = World(tmp_path, {**os.environ, **migrated_machine.environment()}, receiver)
        yield world
        world.end()
