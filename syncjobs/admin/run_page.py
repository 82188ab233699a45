"""What the page of a run shows, put into words: figures, the reason for a review, decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from admin_pages.numbers import NOTHING
from companies.choices import EventType
from companies.events.wording import EventWording
from companies.issuers.errors import IssuerListRefused
from companies.issuers.refusal_wording import explain_issuer_refusal
from companies.ledger.refusal_wording import explain_reason
from companies.models import IssuerList, ListingSnapshot
from datasources.list_notes import explain_note
from syncjobs.admin.change_wording import tell_field_changes
from syncjobs.admin.next_steps import next_steps
from syncjobs.admin.shown_progress import show_progress
from syncjobs.approval import can_be_approved
from syncjobs.approval_form import ApprovalForm
from syncjobs.backfill_estimate import estimate_remaining_minutes
from syncjobs.choices import ACTIVE_STATUSES, FINISHED_STATUSES, RunKind, RunStatus, Verdict
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import show_recorded

_SHOWN_DAYS = 300


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a person: what, who, when (`None`: not recorded), why, and what they had counted."""

    verdict: str
    person: str
    at: datetime | None
    reason: str = ""
    counts: str = ""


def may_operate(request: HttpRequest) -> bool:
    """Who may start, cancel and approve."""
    return bool(request.user.has_perm("syncjobs.operate_sync"))


def summary(run: SyncRun) -> str:
    """One line on how a run ended."""
    if run.status == RunStatus.NEEDS_REVIEW and (reason := getattr(run, "review_reason", "")):
        return _explain(run, reason, run.review_details)  # type: ignore[attr-defined] # annotated, for lists
    if not run.error_message:
        return _figures(run)
    note = show_recorded(run.error_message)
    # What a list that came in could not be understood in does not replace what it brought.
    has_figures = run.status == RunStatus.COMPLETED and run.new_companies is not None
    return f"{_figures(run)} {note}" if has_figures else note


def _figures(run: SyncRun) -> str:
    if run.kind == RunKind.QUOTES and run.total_companies is not None:
        return gettext("全 {total:,} 銘柄（更新 {updated:,}、更新不要 {fresh:,}、対象外 {uncovered:,}）").format(
            total=run.total_companies, updated=run.updated_companies or 0, fresh=run.unchanged_companies or 0,
            uncovered=run.uncovered_companies or 0,
        )  # fmt: skip
    if run.kind == RunKind.ISSUERS and run.new_companies is not None:
        return gettext("提出者 {total:,} 件（新しい発行体 {new:,}、発行体の情報が変わった銘柄 {updated:,}）").format(
            total=run.total_companies or 0, new=run.new_companies, updated=run.updated_companies or 0
        )
    if run.new_companies is None:
        return NOTHING
    figures = gettext("新規 {new:,}、変更 {updated:,}、廃止 {deactivated:,}").format(
        new=run.new_companies, updated=run.updated_companies or 0, deactivated=run.deactivated_companies or 0
    )
    if run.total_companies is None:
        return figures
    told = gettext("全 {total:,} 件（{figures}）").format(total=run.total_companies, figures=figures)
    return gettext("{told}、暫定").format(told=told) if run.is_provisional else told


def duration(run: SyncRun) -> str:
    """How long a run took, or takes up to now."""
    seconds = int(((run.completed_at or timezone.now()) - run.started_at).total_seconds())
    if seconds < 60:
        return gettext("{seconds} 秒").format(seconds=seconds)
    return gettext("{minutes} 分 {seconds} 秒").format(minutes=seconds // 60, seconds=seconds % 60)


def run_context(request: HttpRequest, run: SyncRun, form: ApprovalForm | None = None) -> dict[str, Any]:
    """Everything that the page of a run shows; `form` is one that was filled in and refused."""
    wording = EventWording()
    review = run.review or {}
    review_reason = _explain(run, review["reason"], review["details"]) if review else ""
    is_operator = may_operate(request)
    children = run.children.without_listing().order_by("-requested_date")[:_SHOWN_DAYS]
    return {
        **next_steps(run),
        **_records(run),
        "run": run,
        "progress": show_progress(run),
        "told_changes": tell_field_changes(run),
        "notes": [explain_note(note) for note in run.notes or []],
        "is_active": run.status in ACTIVE_STATUSES,
        "summary": summary(run),
        "requester": show_recorded(run.requested_by),
        "decisions": _decisions(run),
        "problem": _problem(run, review_reason),
        "review_reason": review_reason,
        "duration": duration(run),
        "days": [(c, summary(c)) for c in children],
        "is_backfill": run.kind == RunKind.BACKFILL,
        "remaining_minutes": estimate_remaining_minutes(run, timezone.now())
        if run.kind == RunKind.BACKFILL and run.status in ACTIVE_STATUSES
        else None,
        "can_cancel": is_operator and run.status in ACTIVE_STATUSES and run.parent_id is None,
        "can_reject": is_operator and run.status == RunStatus.NEEDS_REVIEW,
        "approval_form": form or ApprovalForm(counts=review.get("event_counts", {}))
        if is_operator and can_be_approved(run)
        else None,
        "can_repeat": is_operator and run.status in FINISHED_STATUSES and run.parent_id is None,
        "review_counts": _counts(review.get("event_counts", {})),
        "review_changes": [
            (
                change, EventType(change["event_type"]).label,
                wording.name(change["event_type"], change["old"]), wording.name(change["event_type"], change["new"]),
            ) for change in review.get("changes", [])
        ],
    }  # fmt: skip


def _records(run: SyncRun) -> dict[str, Any]:
    """What came of a run."""
    return {
        "issuer_list": IssuerList.objects.filter(run_id=run.pk).defer("rows").first(),
        "entry": ListingSnapshot.objects.filter(run_id=run.pk).defer("rows").first(),
        "retry": SyncRun.objects.filter(retry_of=run).first(),
    }


def _counts(counts: dict[str, int]) -> list[tuple[Any, int]]:
    return [(EventType(kind).label, count) for kind, count in sorted(counts.items(), key=lambda one: -one[1])]


def _explain(run: SyncRun, reason: str, details: Any) -> str:
    """Why the list of a run was held, by the ledger that held it."""
    if run.kind == RunKind.ISSUERS:
        return explain_issuer_refusal(IssuerListRefused(reason, details))
    return explain_reason(reason, details)


def _problem(run: SyncRun, review_reason: str) -> str:
    """What is wrong, in words; of a run that waits for a decision why, and whether an approval has become void."""
    if run.is_rejected:
        return ""
    if run.status == RunStatus.COMPLETED:  # then a note
        return ""
    if run.status != RunStatus.NEEDS_REVIEW:
        return show_recorded(run.error_message)
    is_void = run.error_code == "REVIEW_CHANGED"
    return f"{show_recorded(run.error_message)} {review_reason}" if is_void else review_reason


def _decisions(run: SyncRun) -> list[Decision]:
    """What people decided on the run, in the order in which they did."""
    made = []
    if run.approved_by:
        counts = [f"{EventType(kind).label} {count:,}" for kind, count in (run.confirmed_counts or {}).items()]
        made.append(
            Decision(
                str(Verdict.APPROVED.label), show_recorded(run.approved_by), run.approved_at, run.approval_reason,
                gettext("、").join(counts),
            )
        )  # fmt: skip
    if run.cancelled_by:
        verdict = Verdict.REJECTED if run.is_rejected else Verdict.CANCELLED
        made.append(Decision(str(verdict.label), show_recorded(run.cancelled_by), run.cancel_requested_at))
    return made
