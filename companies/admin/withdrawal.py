"""The page that takes back a list: what it would change in numbers, then a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from companies.errors import EntryNotFound
from companies.events.wording import EventWording
from companies.ledger.withdrawal_wording import count_by_kind, describe_consequence, describe_result
from companies.ledger.withdrawals import WithdrawalOutcome, preview_withdrawal, withdraw_entry
from companies.models import ListingEvent, ListingSnapshot

_SHOWN_EVENTS = 200


class WithdrawalForm(forms.Form):
    """Why. Kept for good and shown wherever the list is."""

    reason = forms.CharField(
        label=_("取り消す理由"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        error_messages={"required": _("取り消す理由を入力してください。")},
    )


def withdrawal_page(request: HttpRequest, entry_id: int, site: AdminSite) -> HttpResponse:
    """The preview with its form, and the decision."""
    if not request.user.has_perm("companies.withdraw_listingsnapshot"):
        raise PermissionDenied
    form = WithdrawalForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            result = withdraw_entry(
                entry_id, reason=form.cleaned_data["reason"], withdrawn_by=request.user.get_username()
            )
            is_done = result.outcome is WithdrawalOutcome.WITHDRAWN
            messages.add_message(request, messages.SUCCESS if is_done else messages.WARNING, describe_result(result))
            return redirect("admin:companies_listingsnapshot_change", entry_id)
        preview = preview_withdrawal(entry_id)
    except EntryNotFound as error:
        raise Http404 from error
    if preview.result.outcome is WithdrawalOutcome.ALREADY_WITHDRAWN:
        messages.warning(request, describe_result(preview.result))
        return redirect("admin:companies_listingsnapshot_change", entry_id)
    entry = ListingSnapshot.objects.defer("rows").get(pk=entry_id)
    context = {
        **site.each_context(request),
        "title": gettext("{day} の一覧の取消").format(day=entry.date_in_force),
        "opts": ListingSnapshot._meta,
        "entry": entry,
        "form": form,
        "consequence": describe_consequence(preview.result),
        "events": [
            _told(gettext("消えるイベント"), preview.vanishing),
            _told(gettext("現れるイベント"), preview.appearing),
        ],
    }
    return render(request, "admin/companies/listingsnapshot/withdraw.html", context)


def _told(heading: str, events: list[ListingEvent]) -> dict[str, Any]:
    wording = EventWording()
    return {
        "heading": heading,
        "total": len(events),
        "counts": count_by_kind(events),
        "rows": [
            (event, wording.name(event.event_type, event.old_value), wording.name(event.event_type, event.new_value))
            for event in events[:_SHOWN_EVENTS]
        ],
    }
