"""Static files as browsers get them: under names that change with what is in them, compressed beforehand, kept for good."""

import re
from pathlib import Path

import pytest
from django.templatetags.static import static
from django.test import Client
from pytest_django import Settings

from local.static_files import collect_static_files


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("gzip;q=0.5, br;q=0.1", "br")]
)
@pytest.mark.usefixtures("db")
def test_a_page_names_files_that_are_kept_for_good_and_come_compressed(
    client: Client, accepted: str, encoding: str
) -> None:
    page = client.get("/admin/login/").content.decode()
    names = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page))
    answers = {name: client.get(name, headers={"accept-encoding": accepted}) for name in names}

    assert len(names) > 8
    assert all(re.search(r"\.[0-9a-f]{12}\.(css|js)$", name) for name in names)
    for answer in answers.values():
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert "Accept-Encoding" in answer.headers.get("Vary", "Accept-Encoding")
    packed = {name for name, answer in answers.items() if answer.headers.get("Content-Encoding") == encoding}
    assert "/js/app." in "".join(packed)
    # What is so small that compressing saves nothing comes as it is.
    assert all(int(answers[name].headers["Content-Length"]) < 1000 for name in names - packed)


@pytest.fixture
def own_files(settings: Settings, tmp_path: Path) -> Path:
    """The only files that there are, in a place of their own."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "page.css").write_text("a { color: red }\n" * 100)
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [own]
    return own


def test_files_are_collected_again_only_where_they_changed(own_files: Path, settings: Settings) -> None:
    collect_static_files()
    first = static("page.css")
    collected = {path.name: path.stat().st_mtime_ns for path in Path(settings.STATIC_ROOT).iterdir()}
    collect_static_files()
    again = {path.name: path.stat().st_mtime_ns for path in Path(settings.STATIC_ROOT).iterdir()}
    (own_files / "page.css").write_text("a { color: blue }\n" * 100)
    collect_static_files()

    name = Path(first).name
    assert {name, f"{name}.br", f"{name}.gz"} < set(collected)
    assert "page.css" not in collected
    assert again == collected
    assert f"{name}.br" in {path.name for path in Path(settings.STATIC_ROOT).iterdir()}
    assert len(list(Path(settings.STATIC_ROOT).glob("page.*.css.br"))) == 2


def test_what_was_interrupted_is_collected_from_its_beginning(own_files: Path, settings: Settings) -> None:
    collect_static_files()
    (own_files / "broken.css").write_text("a { background: url(missing.png) }")
    with pytest.raises(ValueError, match=r"missing\.png"):
        collect_static_files()
    unfinished = (Path(settings.STATIC_ROOT) / "page.css").exists()
    (own_files / "broken.css").unlink()

    collect_static_files()

    assert unfinished
    assert not (Path(settings.STATIC_ROOT) / "page.css").exists()


def test_nothing_is_collected_where_files_are_served_from_the_packages(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = None

    collect_static_files()

    assert list(tmp_path.iterdir()) == []
