"""What a page makes the browser load."""

import difflib
from pathlib import Path

import pytest
import unfold
from django.conf import settings
from django.test import Client

_SKELETON = "unfold/layouts/skeleton.html"


def test_the_skeleton_of_pages_is_the_themes_but_for_the_script_of_charts_and_the_way_to_the_content() -> None:
    theirs = (Path(unfold.__file__).parent / "templates" / _SKELETON).read_text().splitlines()
    ours = (settings.BASE_DIR / "templates" / _SKELETON).read_text().splitlines()
    changed = [line for line in difflib.ndiff(theirs, ours) if line[0] in "-+"]

    assert [line[0] for line in changed] == ["-", "+", "+", "+"]
    assert "unfold/js/chart/chart.js" in changed[0]
    assert "block charts" in changed[2]
    assert "skip_link.html" in changed[3]


@pytest.mark.usefixtures("two_lists")
@pytest.mark.parametrize(
    "path", ["", "companies/company/", "companies/company/compare/", "companies/listingevent/", "companies/listingevent/calendar/"]
)  # fmt: skip
def test_no_page_without_a_chart_names_its_script(admin_client: Client, path: str) -> None:
    page = admin_client.get(f"/admin/{path}").content.decode()

    assert "/js/app." in page
    assert "/js/chart/" not in page
    assert 'class="chart' not in page
