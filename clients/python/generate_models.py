"""Writes `src/meigara_client/models.py` from the schema of the API: `python clients/python/generate_models.py`, in the project's environment.

What answers are made of becomes dataclasses. Dates are dates, moments are moments, words out of a fixed list are texts (there may be more of them
tomorrow), and what the schema does not know yet is passed over when an answer is read.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CLIENT = Path(__file__).resolve().parent
SCHEMA, MODELS = CLIENT.parents[1] / "docs" / "openapi.yaml", CLIENT / "src" / "meigara_client" / "models.py"
#: Of what the client asks.
TAGS = {"companies", "history", "masters"}

_HEAD = '''"""What answers are made of. Written by `generate_models.py` from the schema of the API, not by hand."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from meigara_client.reading import day_or_none, each, moment_or_none, text_tuple
'''
_SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_BY_FORMAT = {"date": ("dt.date", "dt.date.fromisoformat({})", "day_or_none({})"), "date-time": ("dt.datetime", "dt.datetime.fromisoformat({})", "moment_or_none({})")}  # fmt: skip
_KEYWORDS = {"from"}

Schema = dict[str, Any]


def class_name(name: str) -> str:
    """`CompanyAnswer` is a `Company`."""
    return name.removesuffix("Answer")


class Models:
    """The classes of a schema, each after those that it has parts of."""

    def __init__(self, schema: Schema) -> None:
        self._schemas: Schema = schema["components"]["schemas"]
        self._written: dict[str, str] = {}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                content = operation["responses"].get("200", {}).get("content", {}).get("application/json")
                if method in ("get", "post") and content and TAGS & set(operation["tags"]):
                    self._write(content["schema"]["$ref"].rpartition("/")[2])

    def text(self) -> str:
        """All of the module."""
        return "\n\n".join([_HEAD, *self._written.values()])

    def _write(self, name: str) -> None:
        if name in self._written:
            return
        schema = self._schemas[name]
        required = set(schema.get("required", ()))
        fields, readers = [], []
        for field, of_field in schema["properties"].items():
            python = f"{field}_" if field in _KEYWORDS else field
            kind, reader = self._field(of_field, is_required=field in required, name=field)
            comment = of_field.get("description", "").partition("\n")[0]
            fields += [f"    #: {comment}"] if comment else []
            fields.append(f"    {python}: {kind}" + ("" if field in required else " = None"))
            readers.append(f"            {python}={reader},")
        self._written[name] = "\n".join(
            [
                "@dataclass(frozen=True, slots=True, kw_only=True)", f"class {class_name(name)}:",
                f'    """{schema["description"].partition(chr(10))[0]}"""', "", *fields, "", "    @classmethod",
                f'    def from_json(cls, data: Mapping[str, Any]) -> "{class_name(name)}":',
                '        """Out of an answer."""', "        return cls(", *readers, "        )",
            ]
        )  # fmt: skip

    def _field(self, schema: Schema, *, is_required: bool, name: str) -> tuple[str, str]:
        """Its type, and the expression that reads it."""
        place = f'data["{name}"]' if is_required else f'data.get("{name}")'
        choices = [one for one in (*schema.get("oneOf", ()), *schema.get("allOf", ())) if not self._is_null(one)]
        may_lack = not is_required or any(self._is_null(one) for one in schema.get("oneOf", ()))
        if choices:
            [schema] = choices
        if "$ref" in schema:
            target = schema["$ref"].rpartition("/")[2]
            if "enum" in self._schemas[target]:
                return ("str | None" if may_lack else "str"), place
            self._write(target)
            return self._optional(class_name(target), class_name(target) + ".from_json({})", place, may_lack=may_lack)
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        may_lack |= "null" in kinds
        [kind] = [one for one in kinds if one != "null"]
        return self._plain(kind, schema, place, may_lack=may_lack)

    def _plain(self, kind: str, schema: Schema, place: str, *, may_lack: bool) -> tuple[str, str]:
        if kind == "array":
            return self._array(schema["items"], place, may_lack=may_lack)
        if kind == "object":
            return self._optional("Mapping[str, Any]", "{}", place, may_lack=may_lack)
        if schema.get("format") in _BY_FORMAT:
            python, reader, lenient = _BY_FORMAT[schema["format"]]
            return (f"{python} | None", lenient.format(place)) if may_lack else (python, reader.format(place))
        return f"{_SIMPLE[kind]}{' | None' if may_lack else ''}", place

    def _array(self, items: Schema, place: str, *, may_lack: bool) -> tuple[str, str]:
        if "$ref" in items:
            target = items["$ref"].rpartition("/")[2]
            self._write(target)
            reader = f"each({class_name(target)}.from_json, {{}})"
            return self._optional(f"tuple[{class_name(target)}, ...]", reader, place, may_lack=may_lack)
        text = "str | None" if "null" in items["type"] else "str"
        return self._optional(f"tuple[{text}, ...]", "text_tuple({})", place, may_lack=may_lack)

    @staticmethod
    def _optional(kind: str, reader: str, place: str, *, may_lack: bool) -> tuple[str, str]:
        if not may_lack:
            return kind, reader.format(place)
        certain = place.replace("data.get(", "data[").replace(")", "]")
        found = place.replace("data[", "data.get(").replace("]", ")")
        return f"{kind} | None", found if reader == "{}" else f"None if {found} is None else {reader.format(certain)}"

    def _is_null(self, schema: Schema) -> bool:
        return schema.get("type") == "null" or schema.get("$ref", "").endswith("/NullEnum")


def formatted(text: str) -> str:
    """As the project's formatter would have it."""
    ruff = Path(sys.executable).parent / "ruff"
    command = [str(ruff), "format", "--stdin-filename", str(MODELS), "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True, check=True).stdout


def unused_removed(text: str) -> Iterator[str]:
    """The lines, without names that are imported and not used."""
    for line in text.splitlines():
        head, imports, names = line.partition(" import ")
        if imports and head.startswith("from "):
            used = [name for name in names.split(", ") if text.count(name) > 1]
            yield f"{head} import {', '.join(used)}"
        else:
            yield line


def models_text() -> str:
    """The module as it has to be."""
    written = Models(yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))).text()
    return formatted("\n".join(unused_removed(written)) + "\n")


if __name__ == "__main__":
    MODELS.write_text(models_text(), encoding="utf-8")
