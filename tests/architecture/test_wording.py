"""One way to translate, one place that decides the language, and no table of words or colours beside what they are of."""

import ast
import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

import pytest

from tests.architecture.test_code_base import PROJECT, SOURCES
from wording.coloured_choices import Colour

NAMES_OF_LANGUAGES = re.compile(r"(ja|en)([-_]\w+)?", re.IGNORECASE)
ASKED_FOR = {"HTTP_ACCEPT_LANGUAGE", "get_language_from_request", "parse_accept_lang_header", "LANGUAGE_COOKIE_NAME"}
TRANSLATES = {"gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy", "_"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
#: Common words that name colours of the theme as well.
ALSO_OTHERWISE = {Colour.DEFAULT, Colour.INFO, Colour.PRIMARY}
# With the reason.
MAY_NAME_LANGUAGES = {
    "wording/language.py": "the one place",
    "config/settings.py": "where they are declared",
}
MAY_HAND_OVER = {
    "wording/language.py": "the one place",
    "serving/refusals.py": "names the variables of a request that is no WSGI",
    "agents/rest.py": "hands on what a request to /mcp said, to the request that is made of it",
    "agents/stdio.py": "says as a request would which language its command was told",
}
MAY_NAME_COLOURS = {
    "wording/coloured_choices.py": "the one place",
}

Notices = Callable[[str], Collection[str]]


@lru_cache(maxsize=1)
def parsed(code: str) -> ast.Module:
    """Of a module that is looked at for one thing after the other."""
    return ast.parse(code)


def name_of(call: ast.AST) -> str:
    """Of the function that a call calls, or nothing."""
    function = call.func if isinstance(call, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def names_of_languages(code: str) -> list[str]:
    """Where a module tells one language from the other. To say in which language something is fixed is not that."""
    tree = parsed(code)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and name_of(node) == "override"]
    fixed = {id(argument) for call in calls for argument in call.args}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in fixed]
    pairs = [node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword | ast.arg) and node.arg]
    of_a_pair = [name for name in pairs if re.fullmatch(r"(\w+_)?(ja|en)", name)]
    return [text for text in texts if isinstance(text, str) and NAMES_OF_LANGUAGES.fullmatch(text)] + of_a_pair


def asks_for_the_language(code: str) -> set[str]:
    nodes = list(ast.walk(parsed(code)))
    found = {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
    found |= {node.id for node in nodes if isinstance(node, ast.Name)}
    return ASKED_FOR & (found | {node.attr for node in nodes if isinstance(node, ast.Attribute)})


def put_together_before_translation(code: str) -> list[str]:
    """Texts that no catalogue can have, because they are made while the product runs."""
    calls = [node for node in ast.walk(parsed(code)) if isinstance(node, ast.Call) and name_of(node) in TRANSLATES]
    made = (ast.JoinedStr, ast.BinOp, ast.Call)
    return [ast.unparse(argument) for call in calls for argument in call.args if isinstance(argument, made)]


def told_untranslated(code: str) -> list[str]:
    """Japanese in an error that no gettext goes through."""

    def texts(node: ast.AST) -> Iterator[str]:
        if name_of(node) in TRANSLATES:
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and JAPANESE.search(node.value):
            yield node.value
        for child in ast.iter_child_nodes(node):
            yield from texts(child)

    errors = [node for node in ast.walk(parsed(code)) if name_of(node).endswith(("ApiError", "ValidationError"))]
    return [text for error in errors for text in texts(error)]


def names_of_colours(code: str) -> list[str]:
    telling = {colour.value for colour in Colour} - ALSO_OTHERWISE
    return [node.value for node in ast.walk(parsed(code)) if isinstance(node, ast.Constant) and node.value in telling]


#: What each module may not do, and which of them may.
FORBIDDEN: list[tuple[Notices, Collection[str]]] = [
    (names_of_languages, MAY_NAME_LANGUAGES), (asks_for_the_language, MAY_HAND_OVER), (names_of_colours, MAY_NAME_COLOURS),
    (put_together_before_translation, ()), (told_untranslated, ()),
]  # fmt: skip


def test_a_module_leaves_languages_and_colours_to_the_one_place() -> None:
    codes = {str(path.relative_to(PROJECT)): path.read_text() for path in SOURCES}
    found = {
        (name, notices.__name__): noticed
        for name, code in codes.items()
        for notices, exempt in FORBIDDEN
        if name not in exempt and (noticed := notices(code))
    }

    assert len(codes) > 100
    assert found == {}


def test_what_is_exempt_needs_to_be() -> None:
    def needless(exempt: dict[str, str], found: Notices) -> list[str]:
        return [name for name in exempt if not found((PROJECT / name).read_text())]

    assert needless(MAY_NAME_LANGUAGES, names_of_languages) == []
    assert needless(MAY_HAND_OVER, asks_for_the_language) == []
    assert needless(MAY_NAME_COLOURS, names_of_colours) == []


@pytest.mark.parametrize(
    ("code", "notices"),
    [
        ('"b" if (get_language() or "ja").startswith("en") else "a"', names_of_languages),
        ('localised("a", en="b")', names_of_languages),
        ("def localised(ja, en): ...", names_of_languages),
        ('{"ja": "a", "en-GB": "b"}', names_of_languages),
        ("error.say(message_ja='a')", names_of_languages),
        ('request.META.get("HTTP_ACCEPT_LANGUAGE")', asks_for_the_language),
        ("request.COOKIES[settings.LANGUAGE_COOKIE_NAME]", asks_for_the_language),
        ('gettext(f"{count} 件")', put_together_before_translation),
        ('_("{count} 件".format(count=1))', put_together_before_translation),
        ('raise ApiError(404, "A", "ありません。")', told_untranslated),
        ('raise serializers.ValidationError({"a": [f"{a} はありません。"]})', told_untranslated),
        ('COLOURS = {Status.GOOD: "success"}', names_of_colours),
        ('return _("失敗"), "danger"', names_of_colours),
    ],
)  # fmt: skip
def test_what_is_forbidden_would_be_noticed(code: str, notices: Notices) -> None:
    assert notices(code)


def test_what_is_allowed_is_not_forbidden() -> None:
    code = """
with translation.override("ja"):
    raise ApiError(404, "A", gettext("{count} 件").format(count=1))
gettext(record.message)
"""
    for notices in (
        names_of_languages,
        asks_for_the_language,
        put_together_before_translation,
        told_untranslated,
        names_of_colours,
    ):
        assert not notices(code)
