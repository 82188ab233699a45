"""Saved views: a list as it was filtered, under a name."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from subscriptions.admin.owned import OwnedAdmin
from subscriptions.forms import SavedViewForm
from subscriptions.models import ListPage, SavedView
from subscriptions.view_addresses import address_of

_LONGEST_QUERY = 4000


@admin.register(SavedView)
class SavedViewAdmin(OwnedAdmin):
    """One's own and those that others share. They are made on the lists themselves."""

    form = SavedViewForm
    list_display = ("linked_name", "page", "owner", "is_shared", "pin", "subscribe", "edit")
    list_display_links = None
    search_fields = ("name",)
    fields = ("name", "page", "shown_query", "is_shared")
    readonly_fields = ("page", "shown_query")

    def get_urls(self) -> list[URLPattern]:
        """Saving and pinning, beside the usual pages."""
        view = self.admin_site.admin_view
        return [
            path("save/", view(require_POST(self.save_view)), name="subscriptions_savedview_save"),
            path("<int:pk>/pin/", view(require_POST(self.pin_view)), name="subscriptions_savedview_pin"),
            *super().get_urls(),
        ]

    def seen_by_others(self) -> Q:
        return Q(is_shared=True)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the list itself, where it is seen what is saved."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedView]:
        """With whether the person pinned it."""
        pins = SavedView.pinned_by.through.objects.filter(savedview_id=OuterRef("pk"), user_id=request.user.pk or 0)
        views: QuerySet[SavedView] = super().get_queryset(request)
        return views.annotate(is_pinned=Exists(pins), is_own=_is_owner(request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"owner": request.user})

    @display(description=_("名前"), ordering="name")
    def linked_name(self, view: SavedView) -> str:
        return format_html(
            '<a class="font-medium text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            address_of(view),
            view.name,
        )

    @display(description=_("条件"))
    def shown_query(self, view: SavedView) -> str:
        """As it stands in the address, with its letters."""
        pairs = (f"{name}={value}" for name, values in QueryDict(view.query).lists() for value in values)
        return " & ".join(pairs) or gettext("条件なし")

    @display(description=_("ホーム"))
    def pin(self, view: Any) -> str:
        """A button of the list's own form."""
        return format_html(
            '<button type="submit" formaction="{}" name="is_on" value="{}" class="whitespace-nowrap cursor-pointer underline">{}</button>',
            reverse("admin:subscriptions_savedview_pin", args=[view.pk]),
            "" if view.is_pinned else "1",
            gettext("ホームから外す") if view.is_pinned else gettext("ホームに置く"),
        )

    @display(description=_("通知"))
    def subscribe(self, view: SavedView) -> str:
        """The short way to being told who enters and leaves: of companies only."""
        if view.page != ListPage.COMPANIES:
            return ""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500 whitespace-nowrap" href="{}?saved_view={}">{}</a>',
            reverse("admin:subscriptions_subscription_add"), view.pk, gettext("この変化を通知する"),
        )  # fmt: skip

    @display(description=_("変更"))
    def edit(self, view: Any) -> str:
        """By who made it only."""
        if not view.is_own:
            return ""
        address = reverse("admin:subscriptions_savedview_change", args=[view.pk])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, gettext("名前・共有")
        )

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the list as its page was asked for, and show that page again."""
        if not request.user.has_perm("subscriptions.add_savedview"):
            raise PermissionDenied
        page, asked = request.POST.get("page", ""), request.POST.get("query", "")
        if page not in ListPage.values or not request.user.has_perm(_right_to_see(page)):
            raise Http404
        if len(asked) > _LONGEST_QUERY:
            messages.error(request, gettext("条件が多すぎるため、保存できません。"))
            return redirect(f"admin:{page}_changelist")
        query = QueryDict(asked, mutable=True)
        query.pop(PAGE_VAR, None)
        user: Any = request.user  # signed in
        form = SavedViewForm(request.POST, instance=SavedView(page=page, query=query.urlencode(), owner=user))
        form.owner = user
        if form.is_valid():
            view = form.save()
            if request.POST.get("is_pinned"):
                view.pinned_by.add(user)
            messages.success(request, gettext("この表示を「{name}」として保存しました。").format(name=view.name))
            return redirect(address_of(view))
        for field, problems in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            messages.error(request, " ".join([f"{label}:", *map(str, problems)]))
        return redirect(f"{reverse(f'admin:{page}_changelist')}?{query.urlencode()}")

    def pin_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put it on the person's first page, or take it off."""
        view, user = self.get_queryset(request).filter(pk=pk).first(), cast("Any", request.user)
        if view is None:
            raise Http404
        if request.POST.get("is_on"):
            view.pinned_by.add(user)
            messages.success(request, gettext("「{name}」をホームに置きました。").format(name=view.name))
        else:
            view.pinned_by.remove(user)
            messages.success(request, gettext("「{name}」をホームから外しました。").format(name=view.name))
        return redirect("admin:subscriptions_savedview_changelist")


def _is_owner(request: HttpRequest) -> Case:
    own = When(owner=request.user.pk, then=Value(True))
    return Case(own, default=Value(False), output_field=BooleanField())


def _right_to_see(page: str) -> str:
    app, model = page.split("_")
    return f"{app}.view_{model}"
