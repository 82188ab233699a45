"""Search in memory gives what search in the database gives, for whatever is typed."""

import random
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from bench.lists import make_list
from companies.choices import SCALE_CATEGORIES
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from companies.search.in_database import search_companies
from companies.search.in_memory import SearchableCompany, SearchIndex
from companies.search.word_similarity import trigrams_of, word_similarity
from datasources.jpx.listing import read_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed() -> list[Company]:
    """Every company of a real list, some of them no longer listed."""
    spec = find_spec("tokyo_stock_exchange")
    assert spec is not None
    assert spec.origin is not None
    march = read_listing((Path(spec.origin).parent / "tse.csv").read_bytes(), today=date(2026, 1, 1))
    apply_snapshot(march.date_in_force, march.issues, "jpx")
    apply_snapshot(
        date(2024, 4, 30), [issue for issue in march.issues if not issue.code.startswith("9")], "jpx", force=True
    )
    return list(Company.objects.order_by("code"))


def make_index(companies: list[Company]) -> SearchIndex:
    ranks = {name: rank for rank, name in enumerate(SCALE_CATEGORIES)}
    return SearchIndex(
        [
            SearchableCompany(c.code, c.search_text, c.is_active, ranks.get(c.scale_category or "", len(ranks)))
            for c in companies
        ]
    )


def typed_queries(companies: list[Company]) -> list[str]:
    """Codes, names, parts of them, parts with mistakes, words of two companies, marks, and nothing."""
    chance = random.Random(1)
    queries = [
        "",
        " ",
        "・",
        "株式会社",
        "トヨタ",
        "ﾄﾖﾀ",
        "とよた",
        "toyota",
        "7203",
        "72030",
        "72",
        "ト",
        "130A",
        "-",
        "&",
        "%",
        "_",
        "\\",
        "ホールディングス",
    ]
    for company in chance.sample(companies, 25):
        name = company.company_name
        start = chance.randrange(len(name))
        part = name[start : start + chance.randint(1, 6)]
        letters = list(name)
        letters[chance.randrange(len(letters))] = chance.choice("アカサ東X")
        queries += [
            company.code,
            company.jquants_code,
            company.code[:3],
            name,
            part,
            "".join(letters),
            f"{name[:2]} {name[-2:]}",
            name[::-1],
        ]
    return queries


def test_both_searches_find_the_same_companies_in_the_same_order(listed: list[Company]) -> None:
    index = make_index(listed)
    differing = []
    for query in typed_queries(listed):
        ours = [listed[position].code for position in index.search(query)]
        theirs = list(search_companies(Company.objects.all(), query).values_list("code", flat=True))
        if ours != theirs:
            differing.append((query, ours[:10], theirs[:10]))

    assert differing == []


def test_similarity_is_that_of_the_database(listed: list[Company]) -> None:
    chance = random.Random(2)
    words = [chance.choice(listed).search_text.split()[chance.randrange(3)] for _ in range(300)]
    texts = [chance.choice(listed).search_text for _ in range(300)]
    # Half of the pairs have something in common.
    pairs = [*zip(words, texts, strict=True), *((text.split()[2][1:], text) for text in texts)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word_similarity(word, text) FROM unnest(%s::text[], %s::text[]) AS pair (word, text)",
            [[word for word, _ in pairs], [text for _, text in pairs]],
        )
        theirs = [value for (value,) in cursor]

    ours = [word_similarity(frozenset(trigrams_of(word)), trigrams_of(text)) for word, text in pairs]

    assert ours == pytest.approx(theirs, abs=1e-6)
    assert sum(value > 0.5 for value in ours) > 100


def test_parts_are_those_of_the_database(listed: list[Company]) -> None:
    """Also for every odd character of a real name, on which the two could differ about what a word is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, cardinality(show_trgm(search_text)) FROM companies")
        theirs = dict(cursor.fetchall())

    assert {company.code: len(set(trigrams_of(company.search_text))) for company in listed} == theirs


def test_so_do_they_in_a_list_of_made_up_names() -> None:
    issues = make_list(2000)
    apply_snapshot(date(2026, 11, 20), issues, "jquants")
    companies = list(Company.objects.order_by("code"))
    index = make_index(companies)

    for query in ("東", "東西", "電工業", companies[5].company_name, "13", "company"):
        theirs = list(search_companies(Company.objects.all(), query).values_list("code", flat=True))
        assert [companies[position].code for position in index.search(query)] == theirs


def test_what_is_too_long_for_a_name_is_asked_of_nobody(
    listed: list[Company], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert list(search_companies(Company.objects.all(), "A" * 101)) == []
    assert make_index(listed).search("A" * 101) == []
