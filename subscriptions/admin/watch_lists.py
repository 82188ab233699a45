"""Watch lists: made by pasting codes or with the star of a company; a page shows what its companies are now and what happened."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from companies.known.reading import newest_revision
from companies.models import Company
from subscriptions.admin.owned import OwnedAdmin
from subscriptions.admin.star import star
from subscriptions.forms import WatchListForm
from subscriptions.models import WatchList
from subscriptions.watched_changes import confirm_changes
from subscriptions.watching import set_codes


@admin.register(WatchList)
class WatchListAdmin(OwnedAdmin):
    """The oldest is the one that the star is of."""

    form = WatchListForm
    list_display = ("name", "company_count", "seen_at")
    search_fields = ("name",)
    fields = ("name", "codes")
    change_form_after_template = "admin/subscriptions/watched.html"

    def get_urls(self) -> list[URLPattern]:
        """The star, and confirming what was seen, beside the usual pages."""
        view = self.admin_site.admin_view
        return [
            path("star/<str:code>/", view(require_POST(star)), name="subscriptions_watchlist_star"),
            path("<int:pk>/seen/", view(require_POST(self.confirm)), name="subscriptions_watchlist_seen"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WatchList]:
        lists: QuerySet[WatchList] = super().get_queryset(request)
        return lists.annotate(counted=Count("companies"))

    @display(description=_("銘柄数"), ordering="counted")
    def company_count(self, watch_list: Any) -> str:
        return f"{watch_list.counted:,}"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Of the person who asks."""
        made: type[forms.ModelForm[Any]] = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"owner": request.user})

    def save_model(self, request: HttpRequest, obj: WatchList, form: Any, change: bool) -> None:
        """The list and what it holds. What happened before it was made is no news."""
        if not change:
            obj.owner, obj.seen_revision = request.user, newest_revision()  # type: ignore[assignment] # signed in
        super().save_model(request, obj, form, change)
        set_codes(obj, form.cleaned_data["codes"])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what the companies are now."""
        watch_list = self.get_object(request, object_id)
        rows = [] if watch_list is None else _rows_of(watch_list)
        page: HttpResponse = super().change_view(
            request, object_id, form_url, {"watched_rows": rows, **(extra_context or {})}
        )
        return page

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was shown up to a revision was seen."""
        watch_list = WatchList.objects.filter(owner=request.user.pk, pk=pk).first()
        up_to = request.POST.get("up_to", "")
        if watch_list is None or not (up_to.isascii() and up_to.isdecimal() and len(up_to) < 16):
            raise Http404
        confirm_changes(watch_list, int(up_to))
        messages.success(request, gettext("「{name}」の変化を確認済みにしました。").format(name=watch_list.name))
        return redirect("admin:index")


def _rows_of(watch_list: Any) -> list[tuple[str, Company | None]]:
    """Each code with its company; a code whose lists were all taken back has none."""
    codes = list(watch_list.companies.values_list("code", flat=True))
    found = Company.objects.filter(code__in=codes).select_related("market", "sector33")
    companies = {company.code: company for company in found}
    return [(code, companies.get(code)) for code in codes]
