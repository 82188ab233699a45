"""Whoever has a release's tag makes the same bill of materials from it."""

from pathlib import Path

from tests.architecture.bill_of_materials import main


def test_the_bill_is_the_same_each_time(tmp_path: Path) -> None:
    assert main(tmp_path / "first") == main(tmp_path / "second") == 0

    for name in ("sbom.json", "sbom-flower.json"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
