"""English is complete: nothing that a page says is without a translation, and what is translated is compiled."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.architecture.test_code_base import SOURCES

PROJECT = Path(__file__).resolve().parents[2]
PLACEHOLDERS = re.compile(r"%\(\w+\)s|\{[\w:,.%]*\}")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
# They name headings of JPX's file, which are Japanese.
QUOTING = re.compile(r"“コード”|“日付”|“銘柄名”|日付, コード, 銘柄名")

Key = tuple[str | None, str]


def catalogue(language: str) -> Catalog:
    with (PROJECT / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(messages: Catalog) -> dict[Key, str]:
    # A compiled catalogue gives its contexts as bytes.
    return {(as_text(message.context), str(message.id)): str(message.string) for message in messages if message.id}


def as_text(context: str | bytes | None) -> str | None:
    return context.decode() if isinstance(context, bytes) else context


def texts_in_code() -> set[Key]:
    with (PROJECT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(PROJECT, methods, options)
    return {(context, text if isinstance(text, str) else text[0]) for _, _, text, _, context in found}


def test_every_text_has_an_english_one() -> None:
    english = texts(catalogue("en"))

    assert texts_in_code() == set(english)
    assert [key for key, text in english.items() if not text] == []
    assert [text for text in english.values() if JAPANESE.search(QUOTING.sub("", text))] == []


def test_no_text_is_translated_inside_an_f_string() -> None:
    """Where Python is older than 3.12, what collects the texts cannot see into one."""
    found = [
        f"{path.relative_to(PROJECT)}:{call.lineno}"
        for path in SOURCES
        for string in ast.walk(ast.parse(path.read_text()))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and re.search(r"\b_$|gettext", ast.unparse(call.func))
        and any(isinstance(argument, ast.Constant) for argument in call.args)
    ]

    assert found == []


def test_translations_have_the_same_places_to_fill_in() -> None:
    for (_context, text), english in texts(catalogue("en")).items():
        assert sorted(PLACEHOLDERS.findall(text)) == sorted(PLACEHOLDERS.findall(english)), text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    with (PROJECT / f"locale/{language}/LC_MESSAGES/django.mo").open("rb") as file:
        compiled = texts(read_mo(file))

    assert compiled == texts(catalogue(language)), "make messages"
