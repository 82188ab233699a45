"""Search by code or name, ranked as a person expects it."""

from typing import Any, TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, Exists, F, IntegerField, Model, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.db.models.lookups import Lookup

from companies.choices import SCALE_CATEGORIES
from companies.issuers.identifiers.told import find_called
from companies.models import Company
from companies.search.near_spelling import may_be_near, near_patterns
from companies.search.query import Rank, SearchQuery
from companies.search.word_similarity import may_be_similar

Searchable = TypeVar("Searchable", bound=Model)


class _Like(Lookup):
    """`LIKE` with a pattern of our own, where Django's lookups allow only a text."""

    lookup_name = "like"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right}", (*left_parameters, *right_parameters)


def filter_by_query(
    rows: QuerySet[Searchable], query: str, *, state: str = "", is_exact: bool = False
) -> QuerySet[Searchable]:
    """The rows in which every word of `query` occurs, folded; spellings near it too, unless `is_exact` or a name of the
    table begins so: who typed it right wants no others, whatever else narrows the rows.

    `state` is what comes before `search_text` and `scale_category` in the row's names: nothing for a model that has
    them itself, `state_` for the annotations of `CompanyQuerySet.with_state`.
    """
    asked = SearchQuery.read(query)
    if (identified := _identified(rows, asked.identifier, state)) is not None:
        return identified  # type: ignore[no-any-return] # companies, as the rows are
    if not asked.words:
        return rows.none()
    contains = _contains(asked, state)
    return rows.filter(contains if is_exact else contains | _is_near(asked.text, state, rows.model))


def search_companies(
    rows: QuerySet[Searchable], query: str, *, code_field: str = "code", state: str = ""
) -> QuerySet[Searchable]:
    """`filter_by_query`, best first: exact code, start of a code, whole name, start of a name, within a name, near to a
    whole name, near to the start of one, similar.

    Among equals: listed before delisted where the model knows it, codes in order for a code, larger companies first for
    a name. `code_field` is the path to the securities code.
    """
    asked = SearchQuery.read(query)
    if (identified := _identified(rows, asked.identifier, state)) is not None:
        return identified.order_by(F(f"{state}is_active").desc(), code_field)  # type: ignore[no-any-return]
    if not asked.words:
        return rows.none()
    ranked = filter_by_query(rows, query, state=state).annotate(
        _code=Lower(code_field, output_field=CharField()),
        _rank=Case(*_ranks(asked, state), default=Value(Rank.SIMILAR), output_field=IntegerField()),
        _size=Case(
            When(_rank__lte=Rank.CODE_START, then=Value(0)),
            *(When(**{f"{state}scale_category": name}, then=Value(size)) for size, name in enumerate(SCALE_CATEGORIES)),
            default=Value(len(SCALE_CATEGORIES)),
            output_field=IntegerField(),
        ),
        _similarity=Case(
            When(_rank=Rank.SIMILAR, then=TrigramWordSimilarity(asked.text, f"{state}search_text")), default=Value(0.0)
        ),
    )
    has_activity = any(field.name == "is_active" for field in rows.model._meta.get_fields())
    activity = [F(f"{state}is_active").desc()] if has_activity else []
    ordered: QuerySet[Searchable] = ranked.order_by("_rank", *activity, F("_similarity").desc(), "_size", code_field)  # type: ignore[assignment] # the stubs lose the row type
    return ordered


def _identified(rows: QuerySet[Searchable], identifier: str | None, state: str) -> Any:
    """The companies with an identifier; `None` where there are none, or where the rows are no companies."""
    if identifier is None or not issubclass(rows.model, Company):
        return None
    has_it = Q(code__in=find_called([identifier]))
    for field in ("edinet_code", "corporate_number"):
        has_it |= Q(**{f"{state}{field}": identifier})
    found = rows.filter(has_it)
    return found if found.exists() else None


def _ranks(asked: SearchQuery, state: str) -> list[When]:
    text, folded = f"{state}search_text", asked.text
    ranks = [
        When(_code=(asked.code or folded).lower(), then=Value(Rank.EXACT_CODE)),
        When(_code__startswith=folded, then=Value(Rank.CODE_START)),
        When(**{f"{text}__contains": f" {folded} "}, then=Value(Rank.WHOLE_NAME)),
        When(**{f"{text}__endswith": f" {folded}"}, then=Value(Rank.WHOLE_NAME)),
        When(**{f"{text}__contains": f" {folded}"}, then=Value(Rank.NAME_START)),
        When(_contains(asked, state), then=Value(Rank.WITHIN)),
    ]
    if may_be_near(folded):
        whole, start = near_patterns(folded)
        ranks += [
            When(**{f"{text}__regex": whole}, then=Value(Rank.NEAR_WHOLE)),
            When(**{f"{text}__regex": start}, then=Value(Rank.NEAR_START)),
        ]
    return ranks


def _contains(asked: SearchQuery, state: str) -> Q:
    """Every word within a name, or at the start of a code: within a code it means nothing (7420 in 27420)."""
    text = F(f"{state}search_text")
    contains = Q()
    for word in asked.words:
        part = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        contains &= Q(_Like(text, Value(f"% {part}%"))) | Q(_Like(text, Value(f" % % %{part}%")))
    return contains


def _is_near(folded: str, state: str, model: type[Model]) -> Q:
    """Near and similar spelling, for names only: among codes a near miss is another company."""
    near = Q()
    if may_be_near(folded):
        whole, start = near_patterns(folded)
        near |= Q(**{f"{state}search_text__regex": whole}) | Q(**{f"{state}search_text__regex": start})
    if may_be_similar(folded):
        near |= Q(**{f"{state}search_text__trigram_word_similar": folded})
    # Asked first, once for all rows: PostgreSQL goes from left to right, and patterns are tried on each row.
    spelt_so = model._default_manager.filter(search_text__contains=f" {folded}")
    return ~Q(Exists(spelt_so)) & near if near else near
