"""Facts beside the lists (who stood behind a code, official dates, identifiers), each with the revisions between which it was known."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

#: Tables of facts that companies tell, and the column that says of which: a revision that changes one of them changes the company.
_TOLD_OF_COMPANIES = {
    "company_issuers": "company_code",
    "official_dates": "code",
    "company_identifiers": "company_code",
}
_OF_LISTS = (
    "SELECT company_code AS code, recorded_in AS number FROM company_versions"
    " UNION ALL SELECT company_code, recorded_in FROM withdrawn_versions"
    " UNION ALL SELECT company_code, withdrawn_in FROM withdrawn_versions"
)
# A list of a day to come changes what companies are when that day has come: those whose versions begin or end on it. Revisions of the
# release before have no day.
_OF_COMING_INTO_FORCE = """
    UNION ALL SELECT version.code, turned.number FROM (
        SELECT revision.number, held.date_in_force AS day
        FROM (
            SELECT number, kind, day, max(day) OVER (ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS since
            FROM ledger_revisions
        ) AS revision
        JOIN entry_holdings AS held ON held.date_in_force > revision.since AND held.date_in_force <= revision.day
            AND held.held_from < revision.number AND (held.held_until IS NULL OR held.held_until > revision.number)
        WHERE revision.kind = 'in_force'
    ) AS turned JOIN (
        SELECT company_code AS code, lower(validity) AS day, recorded_in, NULL::bigint AS withdrawn_in FROM company_versions
        UNION ALL SELECT company_code, upper(validity), recorded_in, NULL FROM company_versions
        UNION ALL SELECT company_code, lower(validity), recorded_in, withdrawn_in FROM withdrawn_versions
        UNION ALL SELECT company_code, upper(validity), recorded_in, withdrawn_in FROM withdrawn_versions
    ) AS version ON version.day = turned.day AND version.recorded_in < turned.number
        AND (version.withdrawn_in IS NULL OR version.withdrawn_in > turned.number)
"""
_OF_FACTS = "".join(
    f" UNION ALL SELECT {column}, {number} FROM {table}"  # noqa: S608 names are constants
    for table, column in _TOLD_OF_COMPANIES.items()
    for number in ("recorded_in", "withdrawn_in")
)


_TOUCH = "UPDATE companies SET updated_at = greatest(updated_at, %s) WHERE code = ANY(%s)"


def touched_in(*, with_facts: bool = True) -> str:
    """A query of codes and the last revision that changed anything of each: up to the revision `%(revision)s`. Without facts beside
    the lists where their tables are not there yet.
    """
    touches = _OF_LISTS + (_OF_COMING_INTO_FORCE + _OF_FACTS if with_facts else "")
    return f"SELECT code, max(number) AS number FROM ({touches}) AS touch WHERE number <= %(revision)s GROUP BY code"  # noqa: S608 constants


def touch_companies(codes: Collection[str], moment: datetime) -> None:
    """To be called where a revision changes what companies tell beside the lists: they bear its moment from then on."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, [moment, list(codes)])


class RecordedQuerySet(models.QuerySet[Any]):
    """Facts, of now and of the past."""

    def known_at(self, revision: int | None = None) -> Self:
        """Those that were known once a revision was; without one, those that are known now."""
        if revision is None:
            return self.filter(withdrawn_in=None)
        return self.filter(Q(withdrawn_in=None) | Q(withdrawn_in__gt=revision), recorded_in__lte=revision)


class Recorded(models.Model):
    """A fact that a revision recorded, and perhaps a later one took back. Nothing of it is ever changed or deleted."""

    recorded_in = models.BigIntegerField(_("記録した改訂"))
    withdrawn_in = models.BigIntegerField(_("取り下げた改訂"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_in=None) | Q(recorded_in__lt=F("withdrawn_in")),
                name="ck_%(class)s_known_for_a_while",
            )
        ]
