"""Lists of days after the samples, made of the newest of them."""

from importlib.util import find_spec
from pathlib import Path


def newest_sample() -> bytes:
    """Of 2024-03-29, as a CSV file."""
    spec = find_spec("tokyo_stock_exchange")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "tse.csv").read_bytes()


def list_with_a_new_name(directory: Path, day: str, name: str) -> Path:
    """The newest sample list, of another day and with 1301 under another name, as a file."""
    march = newest_sample().decode()
    file = directory / f"data_j_{day}.csv"
    file.write_text(march.replace("20240329", day).replace(",極洋,", f",{name},"), encoding="utf-8")
    return file
