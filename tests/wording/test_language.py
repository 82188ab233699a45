"""Who is told something is told it in the language that one place decides, whoever answers."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from api.keys import create_api_key
from serving.refusals import refusal
from tests.api.front import ask
from wording.language import is_english, language_of, liked_language, named_language

NEXT = "/api/v1/companies/9999"
LIKED = [
    ("", "ja"), ("en", "en"), ("EN-us", "en"), ("en-GB,en;q=0.9", "en"), ("ja, en;q=0.9", "ja"), ("en;q=0.8, ja", "ja"),
    ("ja;q=0.5,en;q=0.9", "en"), ("fr", "ja"), ("fr, en;q=0.5", "en"), ("*", "ja"), ("fr, *;q=0.5, en;q=0.1", "ja"),
    ("en;q=0", "ja"), ("ja;q=0, en;q=0.1", "en"), ("en;q=x", "ja"), ("e n", "ja"), ("en" * 500, "ja"), ("x," * 500 + "en", "ja"),
    ("english", "ja"), ("e", "ja"),
]  # fmt: skip
CHOSEN = [
    ("", "ja"), ("django_language=en", "en"), ("django_language=ja", "ja"), ("a=b; django_language=en; c=d", "en"),
    ("django_language=fr", "ja"), ("django_language=", "ja"), ("django_language=EN", "ja"), ("language=en", "ja"), (";;=", "ja"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "language"), LIKED)
def test_messages_of_the_api_are_in_the_language_of_ours_liked_best(header: str, language: str) -> None:
    assert liked_language(header) == language


@pytest.mark.parametrize(("cookie", "language"), CHOSEN)
def test_a_page_is_in_the_language_chosen_whatever_the_browser_likes(cookie: str, language: str) -> None:
    for liked in ("", "en", "ja"):
        environ = {"PATH_INFO": "/admin/", "HTTP_ACCEPT_LANGUAGE": liked, "HTTP_COOKIE": cookie}
        assert language_of(environ) == language


def test_the_api_takes_no_notice_of_what_was_chosen_for_pages() -> None:
    assert language_of({"PATH_INFO": NEXT, "HTTP_ACCEPT_LANGUAGE": "ja", "HTTP_COOKIE": "django_language=en"}) == "ja"


@pytest.mark.parametrize(("tag", "language"), [("en", "en"), ("en-GB", "en"), ("ja", "ja"), ("fr", "ja"), ("", "ja")])
def test_a_tag_names_one_of_our_languages(tag: str, language: str) -> None:
    assert named_language(tag) == language
    with translation.override(tag or None):
        assert is_english() == (language == "en")


@pytest.mark.django_db
@pytest.mark.parametrize(("header", "language"), LIKED)
def test_front_viewset_and_server_refuse_in_the_same_language(header: str, language: str) -> None:
    words = {"ja": ("無効です", "見つかりません", "大きすぎます"), "en": ("not valid", "no company", "too large")}
    key = create_api_key(name="reader", scopes=["read"])[1]
    headers = {"accept_language": header} if header else {}
    of_the_front = ask(NEXT, key="mgr_wrong", **headers)
    of_the_viewset = ask(NEXT, key=key, **headers)
    status, of_the_server, body = refusal(413, "too_large", {"accept-language": header}, NEXT)

    assert (of_the_front.status, of_the_viewset.status, status) == (401, 404, 413)
    told: list[Any] = [of_the_front.headers, of_the_viewset.headers]
    assert [one["content-language"] for one in told] == [language, language]
    assert dict(of_the_server)["Content-Language"] == language
    bodies = [of_the_front.body, of_the_viewset.body, body]
    assert [word in text.decode() for word, text in zip(words[language], bodies, strict=True)] == [True] * 3


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "language"), CHOSEN)
def test_a_page_is_told_and_refused_in_the_language_chosen(cookie: str, language: str) -> None:
    is_chosen = cookie.count("django_language=" + language) == 1
    liked = ("ja" if language == "en" else "en") if is_chosen else language
    headers = {"Accept-Language": liked} | ({"Cookie": cookie} if cookie else {})
    page = Client(headers=headers).get("/admin/login/")
    _, of_the_server, body = refusal(413, "too_large", {name.lower(): headers[name] for name in headers}, "/admin/")

    assert page.headers["Content-Language"] == dict(of_the_server)["Content-Language"] == language
    assert ("送られたデータが大きすぎます" in body.decode()) == (language == "ja")
    assert f'lang="{language}"' in page.content.decode()
    assert f'lang="{language}"' in body.decode()


def test_who_has_chosen_nothing_is_refused_a_page_in_what_the_browser_likes() -> None:
    for header, language in LIKED:
        given = {"accept-language": header, "cookie": "django_language=fr"}
        assert dict(refusal(413, "too_large", given, "/admin/")[1])["Content-Language"] == language
