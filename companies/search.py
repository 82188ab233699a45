"""Search by code or name, ranked as a person expects it."""

from typing import TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, F, IntegerField, Model, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from companies.choices import SCALE_CATEGORIES
from companies.folding import fold_text

Searchable = TypeVar("Searchable", bound=Model)

# pg_trgm compares sequences of three characters; below that similarity says nothing.
_SHORTEST_SIMILAR = 3


def filter_by_query(
    rows: QuerySet[Searchable], query: str, *, state: str = "", is_exact: bool = False
) -> QuerySet[Searchable]:
    """The rows in which every word of `query` occurs, folded; spellings near it too, unless `is_exact`.

    `state` is what comes before `search_text` and `scale_category` in the row's names: nothing for a model that has
    them itself, `state_` for the annotations of `CompanyQuerySet.with_state`.
    """
    words = [word for word in map(fold_text, query.split()) if word]
    if not words:
        return rows.none()
    contains = Q()
    for word in words:
        contains &= Q(**{f"{state}search_text__contains": word})
    return rows.filter(contains if is_exact else contains | _is_similar("".join(words), state))


def search_companies(
    rows: QuerySet[Searchable], query: str, *, code_field: str = "code", state: str = ""
) -> QuerySet[Searchable]:
    """`filter_by_query`, best first: exact code, start of a code, whole name, start of a name, within a name, similar.

    Among equals: listed before delisted where the model knows it, codes in order for a code, larger companies first for
    a name. `code_field` is the path to the securities code.
    """
    folded = fold_text("".join(query.split()))
    text = f"{state}search_text"
    ranked = filter_by_query(rows, query, state=state).annotate(
        _code=Lower(code_field, output_field=CharField()),
        _rank=Case(
            When(Q(_code=folded) | Q(**{f"{text}__startswith": f" {folded[:4]} {folded} "}), then=Value(0)),
            When(_code__startswith=folded, then=Value(1)),
            When(**{f"{text}__contains": f" {folded} "}, then=Value(2)),
            When(**{f"{text}__endswith": f" {folded}"}, then=Value(2)),
            When(**{f"{text}__contains": f" {folded}"}, then=Value(3)),
            When(**{f"{text}__contains": folded}, then=Value(4)),
            default=Value(5),
            output_field=IntegerField(),
        ),
        _size=Case(
            When(_rank__lte=1, then=Value(0)),
            *(When(**{f"{state}scale_category": name}, then=Value(size)) for size, name in enumerate(SCALE_CATEGORIES)),
            default=Value(len(SCALE_CATEGORIES)),
            output_field=IntegerField(),
        ),
        _similarity=Case(When(_rank=5, then=TrigramWordSimilarity(folded, text)), default=Value(0.0)),
    )
    has_activity = any(field.name == "is_active" for field in rows.model._meta.get_fields())
    activity = [F(f"{state}is_active").desc()] if has_activity else []
    ordered: QuerySet[Searchable] = ranked.order_by("_rank", *activity, F("_similarity").desc(), "_size", code_field)  # type: ignore[assignment] # the stubs lose the row type
    return ordered


def _is_similar(folded: str, state: str) -> Q:
    """Similar spelling, for names only: among codes a near miss is another company."""
    if len(folded) < _SHORTEST_SIMILAR or any(character.isdigit() for character in folded):
        return Q()
    return Q(**{f"{state}search_text__trigram_word_similar": folded})
