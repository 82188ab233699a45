"""The proofs of the history: when, how far, by whom, and what they found."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.filter_days import MomentPeriodFilter
from admin_pages.numbers import NOTHING, number_cell
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import status_label
from companies.models import HistoryProof
from wording.coloured_choices import Colour, ColouredChoices


class ProofResult(ColouredChoices):
    """Whether anything was found."""

    AGREES = "agrees", Colour.SUCCESS, _("相違なし")
    DIFFERS = "differs", Colour.DANGER, _("相違あり")


@admin.register(HistoryProof)
class HistoryProofAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = ("moment", "result", "found", "until", "since", "duration", "origin")
    list_display_links = ("moment",)
    list_filter = ("origin", ("started_at", MomentPeriodFilter))
    list_filter_submit = True
    fields = (
        "moment",
        "result",
        "found",
        "first_found",
        "next_step",
        "until",
        "since",
        "chain_head",
        "duration",
        "origin",
    )
    readonly_fields = fields

    @display(description=_("開始"), ordering="pk")
    def moment(self, proof: HistoryProof) -> str:
        """To the second."""
        return one_line(f"{timezone.localtime(proof.started_at):%Y-%m-%d %H:%M:%S}")

    @display(description=_("結果"))
    def result(self, proof: HistoryProof) -> str:
        return status_label(ProofResult.DIFFERS if proof.difference_count else ProofResult.AGREES)

    @display(description=_("相違"), ordering="difference_count")
    def found(self, proof: HistoryProof) -> str:
        """How many places are not as they must be."""
        return number_cell(proof.difference_count)

    @display(description=_("検証した改訂"), ordering="until_revision")
    def until(self, proof: HistoryProof) -> str:
        """The newest revision as the proof began."""
        return number_cell(proof.until_revision) if proof.until_revision else gettext("一覧がまだありません")

    @display(description=_("起点"), ordering="since_revision")
    def since(self, proof: HistoryProof) -> str:
        """Up to where the proof before holds."""
        if not proof.since_revision:
            return gettext("最初の一覧から")
        return gettext("改訂 {number:,} の続きから").format(number=proof.since_revision)

    @display(description=_("改訂の連鎖の先頭"))
    def chain_head(self, proof: HistoryProof) -> str:
        """As `verify_history --head` takes it."""
        return f"{proof.head_revision}:{proof.head}" if proof.head else NOTHING

    @display(description=_("所要時間"), ordering="duration_seconds")
    def duration(self, proof: HistoryProof) -> str:
        """In seconds, of hours likewise."""
        took = timedelta(seconds=proof.duration_seconds)
        return gettext("{seconds:,.1f} 秒").format(seconds=took.total_seconds())

    @display(description=_("最初の相違"))
    def first_found(self, proof: HistoryProof) -> Any:
        """As `verify_history` says them; of many the first ones."""
        if not proof.first_differences:
            return NOTHING
        lines = list(proof.first_differences)
        if (more := proof.difference_count - len(lines)) > 0:
            lines.append(gettext("ほか {count:,} 件").format(count=more))
        return format_html_join("", '<p class="mb-2 break-all">{}</p>', ((line,) for line in lines))

    @display(description=_("次にすること"))
    def next_step(self, proof: HistoryProof) -> str:
        """For who has to put it right."""
        if not proof.difference_count:
            return NOTHING
        return gettext(
            "manage.py verify_history --from-beginning で全件を確かめてください。履歴は manage.py rebuild_history で"
            "スナップショットから導出し直せます。スナップショット自体の破損と、改訂の連鎖（ハッシュ値）の相違は導出し直しても直りません。バックアップから復元してください。"
        )
