"""Named filters over the ledger's tables. A "day" is always a calendar date in Japan."""

from collections.abc import Collection
from datetime import date
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Concat

from companies.choices import EntryStatus
from companies.errors import SnapshotNotFound
from companies.fields import COMPANY_FIELDS
from masters.naming import shown_name

_MASTERS = tuple(field.short_name for field in COMPANY_FIELDS if field.has_master)
#: `state_…` annotation → path from a company or a version.
_STATE_PATHS = (
    {field.name: field.path for field in COMPANY_FIELDS}
    | {f"{master}_order": f"{master}__display_order" for master in _MASTERS}
    | {"search_text": "search_text"}
)
#: What companies tell of their issuer → path in `companies` and in `company_issuers`.
_ISSUER_PATHS = {
    "company_name_kana": ("company_name_kana", "name_kana"), "edinet_code": ("edinet_code", "edinet_code"),
    "corporate_number": ("corporate_number", "corporate_number"), "fiscal_year_end": ("fiscal_year_end", "fiscal_year_end"),
}  # fmt: skip


# Where the release before wrote last it is as of the newest list, whatever its day.
_LEDGER_DAY = RawSQL(
    "coalesce((SELECT day FROM ledger_revisions ORDER BY number DESC LIMIT 1), date 'infinity')", [], models.DateField()
)
_Dated = TypeVar("_Dated", bound=models.QuerySet[Any])


def _between(rows: _Dated, field: str, first_day: date | None, last_day: date | None) -> _Dated:
    if first_day is not None:
        rows = rows.filter(**{f"{field}__gte": first_day})
    if last_day is not None:
        rows = rows.filter(**{f"{field}__lte": last_day})
    return rows


class CompanyQuerySet(models.QuerySet[Any]):
    """Companies in their latest known state."""

    def shown(self) -> Self:
        """Those that were in a list up to the ledger's day (`companies.ledger.ledger_day`)."""
        return self.filter(is_coming=False)

    def active(self) -> Self:
        """Those in the list in force."""
        return self.filter(is_active=True)

    def with_state(
        self,
        day: date | None = None,
        *,
        list_day: date | None = None,
        known_versions: models.QuerySet[Any] | None = None,
        revision: int | None = None,
    ) -> Self:
        """Annotated with `state_…`, what each company is now; or those listed on `day` with what they were then, by the
        list of `list_day`, which was in force, and what was told of their issuers. Given `known_versions`, those of all
        companies, as it was known at the revision that is set (`companies.known.revision`).

        Names of masters are in the language of the page.
        A reader of these annotations filters, sorts and shows any day with the same words.
        """
        companies, prefix = self.shown() if day is None and known_versions is None else self, ""
        presence: dict[str, Any] = {
            "state_is_active": F("is_active"), "state_first_seen_on": F("first_seen_on"), "state_last_seen_on": F("last_seen_on"),
        }  # fmt: skip
        if day is not None:
            relation = "versions" if known_versions is None else "known_versions"
            of_the_day = FilteredRelation(relation, condition=Q(**{f"{relation}__validity__contains": day}))
            companies, prefix = self.annotate(of_the_day=of_the_day).filter(of_the_day__isnull=False), "of_the_day__"
            presence |= {
                "state_is_active": Value(True, output_field=models.BooleanField()),
                "state_last_seen_on": Value(list_day, output_field=models.DateField()),
            }
        if known_versions is not None:
            firsts = known_versions.filter(code=OuterRef("code")).order_by("validity").values("validity__startswith")
            presence["state_first_seen_on"] = Subquery(firsts[:1])
        states: dict[str, Any] = {f"state_{name}": F(prefix + path) for name, path in _STATE_PATHS.items()} | presence
        names = {f"state_{master}_name": shown_name(f"{prefix}{master}__") for master in _MASTERS}
        return companies._with_issuers(day, revision, states).annotate(**names)

    def _with_issuers(self, day: date | None, revision: int | None, states: dict[str, Any]) -> Self:
        """Annotated with `states`, completed by what is told of the issuer, of now or of the day."""
        companies, english = self, "issuer_name_english"
        if day is not None:
            known = Q(issuers__withdrawn_in=None)
            if revision is not None:
                known = (known | Q(issuers__withdrawn_in__gt=revision)) & Q(issuers__recorded_in__lte=revision)
            of_the_day = FilteredRelation("issuers", condition=Q(issuers__validity__contains=day) & known)
            companies, english = self.annotate(issuer_of_the_day=of_the_day), "issuer_of_the_day__name_english"
            words = Coalesce(F("issuer_of_the_day__search_text"), Value("", output_field=models.TextField()))
            states["state_search_text"] = Concat(states["state_search_text"], words, output_field=models.TextField())
        states["state_company_name_english"] = Coalesce(states["state_company_name_english"], F(english))
        for name, (of_now, of_then) in _ISSUER_PATHS.items():
            states[f"state_{name}"] = F(of_now if day is None else f"issuer_of_the_day__{of_then}")
        return companies.annotate(**states)


class CompanyVersionQuerySet(models.QuerySet[Any]):
    """States of companies."""

    def as_of(self, day: date) -> Self:
        """The universe as of `day`: one version of each company listed then."""
        return self.filter(validity__contains=day)

    def oldest_first(self) -> Self:
        """In the order in which the states held."""
        return self.order_by("validity")


class ListingSnapshotQuerySet(models.QuerySet[Any]):
    """Entries of the ledger."""

    def holding(self) -> Self:
        """The entries that hold, one a date."""
        return self.filter(is_superseded=False)

    def come(self) -> Self:
        """Those that hold and are of days up to the ledger's (`companies.ledger.ledger_day`): what is shown of now comes from the last."""
        return self.holding().filter(date_in_force__lte=_LEDGER_DAY)

    def pending(self) -> Self:
        """Those that hold for a day after it, and show nowhere without a day yet; oldest first."""
        return self.holding().filter(date_in_force__gt=_LEDGER_DAY).defer("rows").order_by("date_in_force")

    def standing(self) -> Self:
        """The entries that were not withdrawn."""
        return self.filter(withdrawal=None)

    def of_status(self, statuses: Collection[str]) -> Self:
        """Those that count for any of these (`EntryStatus`)."""
        wanted = Q(pk__in=[])
        if EntryStatus.HOLDING in statuses:
            wanted |= Q(is_superseded=False)
        if EntryStatus.SUPERSEDED in statuses:
            wanted |= Q(is_superseded=True, withdrawal=None)
        if EntryStatus.WITHDRAWN in statuses:
            wanted |= Q(withdrawal__isnull=False)
        return self.filter(wanted)

    def between(self, first_day: date | None, last_day: date | None) -> Self:
        """Lists from `first_day` to `last_day`, both included; `None` leaves that side open."""
        return _between(self, "date_in_force", first_day, last_day)

    def get_in_force_on(self, day: date) -> Any:
        """The holding entry on or before `day`, without its rows. Raises `SnapshotNotFound` before the first."""
        holding = self.holding().defer("rows").order_by("date_in_force")
        entry = holding.filter(date_in_force__lte=day).last()
        if entry is None:
            first = holding.first()
            raise SnapshotNotFound(day=day, first_on=first.date_in_force if first else None)
        return entry


class ListingEventQuerySet(models.QuerySet[Any]):
    """Changes, derived from versions."""

    def between(self, first_day: date | None, last_day: date | None) -> Self:
        """Events from `first_day` to `last_day`, both included; `None` leaves that side open."""
        return _between(self, "event_date", first_day, last_day)
