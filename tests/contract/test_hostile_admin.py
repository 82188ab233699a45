"""Odd values in the links of the admin are refused or taken back, never an error of the server."""

import os
import random
import re
from collections.abc import Sequence
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.examples import so_many
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants

#: 3xx leads back to the list with a message, or to the sign-in.
REFUSED = {200, 302, 400, 403, 404, 405}
VALUES = (
    "", "x", "-1", "0", "99", "1.5", "1e9", "9" * 30, "-" + "9" * 30, "\x00", "a\x00b", "\ufffd", "\ud800", "١٢", "²", "2024-02-30", "0000-00-00",
    "99999-01-01", "2024/1/1", "2024-01-01T99:99", "True", "null", "[]", "{}", "'", '"', "%", "%zz", "a,b", ",", "__", "\u202e", "𠮷" * 50, "A" * 3000,
    "1" * 4999, "NaN", "Infinity", "' OR 1=1 --", "<script>", "../..", "\r\nX: y",
)  # fmt: skip
#: Of every list: pages, order, search, popups, and look-ups that no filter declares.
NAMES = (
    "p", "o", "q", "e", "all", "_popup", "_to_field", "_changelist_filters", "_facets", "id", "pk", "id__in", "id__gt", "id__isnull", "id__exact", "id__regex",
    "id__range", "id__x", "x", "x__y", "code", "code__in", "code__regex", "created_at", "created_at__year", "created_at__month", "company__id", "company__code__in",
    "user", "user__password__startswith", "action_time__gte", "drf__", "__", "_", "\x00", "id__\x00",
)  # fmt: skip

#: Of pages that are no lists.
OTHER_NAMES = (
    "from",
    "to",
    "format",
    "next",
    "term",
    "app_label",
    "model_name",
    "field_name",
    "source",
    "day",
    "first",
    "second",
    "columns",
    "object_ids",
)


def pages() -> list[str]:
    """Every address under /admin/ that has no part to fill in."""
    return sorted({"/" + address for address, parts in routes() if address.startswith("admin/") and not parts})


def routes(patterns: Any = None, before: str = "", parts: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).replace("^", "").replace("$", "")
        names = (*parts, *pattern.pattern.converters, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, route, names)
        elif isinstance(pattern, URLPattern):
            found.append((route, names))
    return found


def encode(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def filter_names(model_admin: Any) -> list[str]:
    """The parameters of the list's own filters."""
    names = []
    for one in model_admin.list_filter:
        field = one[0] if isinstance(one, (tuple, list)) else getattr(one, "parameter_name", one)
        endings = (
            "",
            "_from",
            "_to",
            "__exact",
            "__gte",
            "__lt",
            "__isnull",
            "__in",
            "_from_0",
            "_from_1",
            "_to_0",
            "_to_1",
            "__id__exact",
        )
        names += [f"{field}{ending}" for ending in endings]
    if model_admin.date_hierarchy:
        names += [f"{model_admin.date_hierarchy}__{part}" for part in ("year", "month", "day")]
    return names


@pytest.fixture
def everything(two_lists: None, jquants: FakeJquants) -> None:
    make_source(jquants)


@pytest.fixture
def patient_client(admin_client: Client) -> Client:
    admin_client.raise_request_exception = False
    return admin_client


#: Of all pairs of name and value, so many a page, others for each page; all of them with a large number.
REQUESTS_A_LIST = int(os.environ.get("HOSTILE_REQUESTS", so_many(in_each_run=2, in_proofs=8)))


def some(chance: random.Random, names: Sequence[str], number: int) -> list[tuple[str, str]]:
    pairs = list(product(names, VALUES))
    return chance.sample(pairs, min(number, len(pairs)))


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)  # fmt: skip
def test_no_value_of_no_parameter_of_no_list_breaks_it(everything: None, patient_client: Client, model: Any) -> None:
    model_admin = admin.site._registry[model]
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    chance = random.Random(f"{address} {REQUESTS_A_LIST}")
    asked = [*some(chance, NAMES, REQUESTS_A_LIST), *some(chance, filter_names(model_admin), REQUESTS_A_LIST)]
    broken = []
    for name, value in asked:
        answer = patient_client.get(f"{address}?{encode(name)}={encode(value)}")
        if answer.status_code not in REFUSED:
            broken.append((name, value[:40], answer.status_code))

    assert broken == []


def test_no_part_of_no_address_breaks_its_page(everything: None, patient_client: Client) -> None:
    chance = random.Random(REQUESTS_A_LIST)
    values = [value for value in VALUES if value and "/" not in value]
    broken = []
    for route, parts in routes():
        if not route.startswith("admin/") or not parts:
            continue
        for value in chance.sample(values, min(REQUESTS_A_LIST, len(values))):
            address = "/" + re.sub(r"<[^>]+>|\(\?P<[^)]+\)", lambda _: encode(value), route)  # noqa: B023 used at once
            answer = patient_client.get(address)
            if answer.status_code not in REFUSED:
                broken.append((address[:80], answer.status_code))

    assert broken == []


def test_no_parameter_of_no_other_page_breaks_it(everything: None, patient_client: Client) -> None:
    chance = random.Random(REQUESTS_A_LIST)
    broken = []
    for address in pages():
        if address.endswith("/logout/"):
            continue
        own = [
            name
            for model_admin in admin.site._registry.values()
            if str(model_admin.opts.model_name) in address
            for name in filter_names(model_admin)
        ]
        asked = [
            *some(chance, (*OTHER_NAMES, *NAMES[:6]), REQUESTS_A_LIST // 2),
            *some(chance, own, REQUESTS_A_LIST // 2),
        ]
        for name, value in asked:
            answer = patient_client.get(f"{address}?{encode(name)}={encode(value)}")
            if answer.status_code not in REFUSED:
                broken.append((address, name, value[:40], answer.status_code))

    assert broken == []


@pytest.mark.parametrize("number", [1_101, 5_000])
def test_more_parameters_than_any_page_has_are_refused(everything: None, patient_client: Client, number: int) -> None:
    query = "&".join(f"p{position}=1" for position in range(number))

    statuses = {patient_client.get(f"{address}?{query}").status_code for address in ("/admin/companies/company/", "/admin/", "/admin/jsi18n/")}  # fmt: skip

    assert statuses <= {200, 302, 400}


def test_what_cannot_be_read_is_said_and_leads_back(everything: None, patient_client: Client) -> None:
    answer = patient_client.get("/admin/companies/company/export/?term=x", follow=True)

    assert answer.redirect_chain == [("/admin/companies/company/?term=x", 302)]
    assert "term" in str(answer.context["cl"].problems)


def test_a_word_that_is_no_path_is_not_taken_for_a_page_after_the_code(patient_client: Client) -> None:
    assert patient_client.get("/admin/second-factor/code/?next=NaN").headers["Location"] == "/admin/"
    assert (
        patient_client.get("/admin/second-factor/code/?next=/admin/companies/").headers["Location"]
        == "/admin/companies/"
    )


def test_no_words_of_an_address_get_into_the_headers_of_a_file(everything: None, patient_client: Client) -> None:
    answer = patient_client.get("/admin/companies/company/export/?as_of=2024%0d%0aX-Evil:%201")

    assert answer.status_code == 302
    assert "X-Evil" not in answer.headers
    assert "\n" not in answer.headers["Location"]
