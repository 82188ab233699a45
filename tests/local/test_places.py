"""What checkouts that are gone have left below /var/tmp goes, whoever else is at it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.places import sweep_shared_directories


def test_what_belongs_to_nobody_any_more_goes_while_others_sweep_too(tmp_path: Path) -> None:
    here = tmp_path / "checkout"
    here.mkdir()
    for number in range(200):
        home = tmp_path / f"meigara-{number}"
        home.mkdir()
        (home / "belongs-to").write_text(str(here if number == 0 else tmp_path / "gone"))
    (tmp_path / "meigara-unfinished").mkdir()

    with ThreadPoolExecutor(4) as several:
        list(several.map(sweep_shared_directories, [tmp_path] * 4))

    assert sorted(one.name for one in tmp_path.glob("meigara-*")) == ["meigara-0", "meigara-unfinished"]
