"""The web server listens in the same way wherever it is started: in the image, in the chart, by `make run`."""

from pathlib import Path

import pytest

from serving import COMMAND_LINE
from tests.deploy.chart import VALUE_SETS, container_of, render
from tests.deploy.places import PROJECT
from tests.deploy.test_image import words_of

WORDS = COMMAND_LINE.split()


def test_image_and_chart_listen_as_the_product_says() -> None:
    image = words_of("CMD")

    assert image[: len(WORDS) + 1] == ["granian", *WORDS]
    assert image[-1] == "config.rsgi:application"
    for name in VALUE_SETS:
        command = container_of(render(name), "web")["command"]
        assert command[: len(WORDS) + 1] == ["granian", *WORDS], name
        assert command[-1] == "config.rsgi:application"


@pytest.mark.parametrize("path", ["local/run.py", "tests/server.py"])
def test_make_run_and_the_tests_say_it_by_name(path: str) -> None:
    text = Path(PROJECT, path).read_text()

    assert "COMMAND_LINE" in text
    assert "--interface" not in text
