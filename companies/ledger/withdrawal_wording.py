"""What taking back a list does, in words, in the language of the page."""

from collections import Counter

from django.utils.translation import gettext

from companies.choices import EventType
from companies.ledger.withdrawals import WithdrawalOutcome, WithdrawalPreview, WithdrawnEntry
from companies.models import ListingEvent


def describe_result(result: WithdrawnEntry) -> str:
    """What was done."""
    if result.outcome is WithdrawalOutcome.ALREADY_WITHDRAWN:
        return gettext("{day} の一覧（番号 {entry}）は、すでに取り消されています。何も変わっていません。").format(
            day=result.date_in_force, entry=result.entry_id
        )
    return gettext("{day} の一覧（番号 {entry}）を取り消しました。{consequence}").format(
        day=result.date_in_force, entry=result.entry_id, consequence=describe_consequence(result)
    )


def describe_consequence(result: WithdrawnEntry) -> str:
    """What follows for history."""
    if not result.was_holding:
        return gettext("有効な一覧ではないため、履歴は変わりません。")
    what_holds = (
        gettext("この日には、番号 {entry} の一覧が再び有効になります。").format(entry=result.holds_instead)
        if result.holds_instead
        else gettext("この日は、一覧のない日になります。")
    )
    return what_holds + gettext(
        "履歴が変わる銘柄 {changed:,}、うち、ほかのどの一覧にもなく消える銘柄 {removed:,}。"
    ).format(changed=result.companies_changed, removed=result.companies_removed)


def count_by_kind(events: list[ListingEvent]) -> list[tuple[str, int]]:
    """The kinds of the events in words, the most frequent first."""
    return [(str(EventType(kind).label), count) for kind, count in Counter(e.event_type for e in events).most_common()]


def summarise_preview(preview: WithdrawalPreview) -> str:
    """What would be done, in lines."""
    lines = [
        gettext("{day} の一覧（番号 {entry}）を取り消した場合: {consequence}").format(
            day=preview.result.date_in_force,
            entry=preview.result.entry_id,
            consequence=describe_consequence(preview.result),
        )
        if preview.result.outcome is WithdrawalOutcome.WITHDRAWN
        else describe_result(preview.result)
    ]
    for label, events in (
        (gettext("消えるイベント"), preview.vanishing),
        (gettext("現れるイベント"), preview.appearing),
    ):
        counts = gettext("、").join(f"{kind} {count:,}" for kind, count in count_by_kind(events)) or gettext("なし")
        lines.append(f"{label}: {counts}")
    return "\n".join(lines)
