"""J-Quants as a provider."""

from contextlib import AbstractContextManager
from datetime import date, time, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.choices import SnapshotSource
from datasources.choices import ApiVersion, NextDay, Plan
from datasources.errors import SourceError
from datasources.jquants.asked_dates import FIRST_DAY
from datasources.jquants.client import JquantsClient, open_client
from datasources.jquants.form import JquantsForm
from datasources.jquants.metrics import TOKEN_RENEWALS
from datasources.jquants.plans import PLAN_DELAYS, PLAN_DEPTHS, REQUESTS_PER_MINUTE
from datasources.jquants.source_setup import ensure_source_from_environment
from datasources.models import DataSource
from datasources.providers import ListProvider
from datasources.waiting import CheckCancelled, never_cancelled


class Jquants(ListProvider):
    """Lists and the calendar; what may be asked, and of which days, is in the plan."""

    name, label = "jquants", "J-Quants"
    form = JquantsForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "api_version",
                    "plan",
                    "uses_bulk_files",
                    "contract_ends_on",
                    "base_url",
                    "is_enabled",
                )
            },
        ),
        (
            _("認証情報"),
            {
                "fields": ("api_key", "mail_address", "password"),
                "description": _("暗号化して保存します。保存した値は、末尾の 4 文字を除いて二度と表示しません。"),
            },
        ),
    )
    licence_note = _(
        "個人向けの J-Quants API は私的利用に限られます。業務での利用や法人での利用には、J-Quants Pro の契約が必要です。"
    )
    has_plans = True
    environment_variables = ("JQUANTS_API_KEY", "JQUANTS_BASE_URL")
    snapshot_source = SnapshotSource.JQUANTS
    first_day = FIRST_DAY
    #: Source: J-Quants API V2 "Listed issue master", checked 2026-11: published about 17:30 the evening before, revised about 08:00.
    revised_until = time(8)

    def open(
        self, source: DataSource, check_cancelled: CheckCancelled = never_cancelled
    ) -> AbstractContextManager[JquantsClient]:
        """Raises `SourceError` where credentials are missing or unreadable, or the base URL may not be used."""
        return open_client(source, check_cancelled)

    def probe(self, source: DataSource) -> str:
        """With the stored credentials."""
        with open_client(source) as client:
            client.probe()
        return gettext("接続できました。認証情報は有効です。")

    def request_limit(self, source: DataSource) -> int | None:
        """The plan's."""
        return REQUESTS_PER_MINUTE[source.plan]

    def describe_version(self, source: DataSource) -> str:
        """V2 or V1."""
        return source.get_api_version_display()

    def describe_limit(self, source: DataSource) -> str:
        """The plan says it."""
        return source.get_plan_display()

    def oldest_day(self, source: DataSource, *, today: date) -> date:
        """As far back as the plan goes."""
        depth = PLAN_DEPTHS[source.plan]
        return self.first_day if depth is None else max(self.first_day, today - depth)

    def newest_day(self, source: DataSource, *, today: date) -> date:
        """As late as the plan is."""
        return today - PLAN_DELAYS.get(source.plan, timedelta())

    def shows_next_day(self, source: DataSource) -> NextDay:
        """From Light on, by V2. What a gateway of one's own does, and V1, which is behind one by now, is not known before it was asked."""
        if source.plan == Plan.FREE:
            return NextDay.NEVER
        if source.plan == Plan.UNLIMITED or source.api_version == ApiVersion.V1:
            return NextDay.PERHAPS
        return NextDay.PROMISED

    def renew_tokens(self, source: DataSource, *, within: timedelta) -> None:
        """V1's ID token; V2 has nothing to renew."""
        if source.api_version != ApiVersion.V1:
            return
        try:
            with open_client(source) as client:
                if client.renew_tokens(within=within):
                    TOKEN_RENEWALS.labels("renewed").inc()
        except SourceError:
            TOKEN_RENEWALS.labels("failed").inc()
            raise

    def ensure_source_from_environment(self) -> DataSource | None:
        """From `JQUANTS_API_KEY` and `JQUANTS_BASE_URL`."""
        return ensure_source_from_environment()


PROVIDER = Jquants()
