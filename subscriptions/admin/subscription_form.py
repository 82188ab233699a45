"""What a person enters for a subscription: of what, where to, when."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    CHECKBOX_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminTimeWidget,
    UnfoldBooleanWidget,
)

from masters.models import Market
from subscriptions.choices import (
    LISTING_KINDS,
    OPERATION_KINDS,
    SUBSCRIBED_KINDS,
    VIEW_KINDS,
    DestinationStatus,
    Timing,
)
from subscriptions.forms import followable_views
from subscriptions.models import Destination, SavedView, Subscription, WatchList
from subscriptions.told.rights import may_be_told
from subscriptions.told.subscribing import change_subscription, subscribe


class Boxes(forms.CheckboxSelectMultiple):
    """In groups, side by side where there is room."""

    template_name = "meigara/kind_boxes.html"

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": " ".join(CHECKBOX_CLASSES), **(attrs or {})}, choices)


class _OwnDestinations(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """Each with how, and with what keeps it from being told now."""

    def label_from_instance(self, obj: Any) -> str:
        status = "" if obj.status == DestinationStatus.ACTIVE else f" — {DestinationStatus(obj.status).label}"
        return gettext("{name}（{channel}）").format(name=obj.name, channel=obj.get_channel_display()) + status


class _Views(forms.ModelChoiceField):  # type: ignore[type-arg] # likewise
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class SubscriptionForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """The behaviour itself judges what goes together (`subscribe`, `change_subscription`), and what it refuses is said at the field."""

    owner: Any = None

    name = forms.CharField(label=_("名前"), max_length=60, widget=UnfoldAdminTextInputWidget)
    kinds = forms.MultipleChoiceField(
        label=_("知らせること"), widget=Boxes,
        error_messages={"required": _("知らせることを 1 つ以上選んでください。")},
    )  # fmt: skip
    watch_list = forms.ModelChoiceField(
        WatchList.objects.none(), label=_("ウォッチリスト"), required=False, empty_label=_("すべての銘柄"), widget=UnfoldAdminSelectWidget,
        help_text=_("選ぶと、そのリストの銘柄の出来事だけを知らせます。"),
    )  # fmt: skip
    saved_view = _Views(
        SavedView.objects.none(), label=_("保存した表示"), required=False, empty_label=_("なし"), widget=UnfoldAdminSelectWidget,
        help_text=_("選ぶと、その表示に出てくる銘柄だけを知らせます。「入った・出た」を知らせるには必ず選びます。"),
    )  # fmt: skip
    market_codes = forms.MultipleChoiceField(
        label=_("市場区分"),
        required=False,
        widget=Boxes,
        help_text=_("何も選ばなければ、すべての市場区分を知らせます。"),
    )
    destination = _OwnDestinations(
        Destination.objects.none(), label=_("通知先"), empty_label=None, widget=UnfoldAdminSelectWidget
    )
    timing = forms.ChoiceField(label=_("いつ"), choices=Timing.choices, widget=UnfoldAdminSelectWidget)
    digest_time = forms.TimeField(
        label=_("まとめて知らせる時刻（日本時間）"), required=False, widget=UnfoldAdminTimeWidget(attrs={"placeholder": "18:00"}),
        help_text=_("「1 日 1 回まとめて」のときの時刻です。「すぐに」のときは使いません。"),
        error_messages={"invalid": _("時刻を 15:30 のように入力してください。")},
    )  # fmt: skip

    class Meta:
        model = Subscription
        fields = (
            "name", "kinds", "watch_list", "saved_view", "market_codes", "destination", "timing", "digest_time", "includes_history",
            "is_active",
        )  # fmt: skip
        widgets = {"includes_history": UnfoldBooleanWidget, "is_active": UnfoldBooleanWidget}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not self.fields:  # who may only look
            return
        kept = self.instance.kinds if self.instance.pk else []
        fields: dict[str, Any] = self.fields
        fields["kinds"].choices = kind_choices(self.owner, kept)
        fields["market_codes"].choices = Market.objects.names()
        fields["destination"].queryset = Destination.objects.filter(owner=self.owner)
        fields["watch_list"].queryset = WatchList.objects.filter(owner=self.owner)
        chosen = SavedView.objects.filter(pk=self.instance.saved_view_id)
        fields["saved_view"].queryset = followable_views(self.owner) | chosen

    def _post_clean(self) -> None:
        """In place of Django's, which would fill in the row by itself: it is written by the behaviour, in the transaction of the page."""
        if self.errors:
            return
        values = dict(self.cleaned_data)
        if values["timing"] == Timing.AT_ONCE:
            values["digest_time"] = None
        try:
            with transaction.atomic():
                self._write(values)
        except ValidationError as problem:
            self._say(problem)

    def _write(self, values: dict[str, Any]) -> None:
        if self.instance.pk is None:
            values.pop("is_active", None)
            self.instance = subscribe(owner=self.owner, **values)
            return
        changed = {name: value for name, value in values.items() if getattr(self.instance, name) != value}
        if changed:
            change_subscription(self.instance, **changed)

    def _say(self, problem: ValidationError) -> None:
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        for field, errors in problem.error_dict.items():
            self.add_error(field if field in self.fields else None, errors)

    def _save_nothing_else(self) -> None:
        """All of it stands in one row."""

    def save(self, commit: bool = True) -> Any:
        """It is written already."""
        self.save_m2m = self._save_nothing_else  # type: ignore[method-assign] # as Django does where it is saved later
        return self.instance


def kind_choices(owner: Any, kept: Any = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the person may be told, in three groups; and what is chosen already."""
    offered = [kind for kind in SUBSCRIBED_KINDS if kind in kept or may_be_told(owner, kind)]
    groups = [
        (gettext("銘柄の出来事"), [kind for kind in offered if kind in LISTING_KINDS]),
        (gettext("保存した表示"), [kind for kind in offered if kind in VIEW_KINDS]),
        (gettext("運用"), [kind for kind in offered if kind in OPERATION_KINDS]),
        (
            gettext("システム向け"),
            [kind for kind in offered if kind not in LISTING_KINDS | VIEW_KINDS | OPERATION_KINDS],
        ),
    ]
    return [(title, [(kind.value, str(kind.label)) for kind in kinds]) for title, kinds in groups if kinds]
