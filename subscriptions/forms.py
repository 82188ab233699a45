"""What a person enters for a watch list, for a saved view, and for a destination that is there already."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from subscriptions.models import Destination, ListPage, SavedView, WatchList
from subscriptions.watching import MOST_COMPANIES, find_unknown, read_codes, refuse_too_many

_NAMED = 5


class _NamedByOwner(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """A name that the person has not given already. The admin sets `owner` before."""

    owner: Any = None

    def clean_name(self) -> str:
        """Also compared without what stands around it."""
        name: str = self.cleaned_data["name"]
        others = type(self.instance)._default_manager.filter(owner=self.owner, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(
                gettext("「{name}」という名前はもうあります。別の名前にしてください。").format(name=name)
            )
        return name


class WatchListForm(_NamedByOwner):
    """A name, and codes as they were pasted."""

    codes = forms.CharField(
        label=_("銘柄"), required=False, strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_(
            "コードを貼り付けます。1 行に 1 つでも、空白・カンマ・タブ区切りでも、"
            "「7203 トヨタ自動車」「7203.T」のような形でも読めます。"
        ),
    )  # fmt: skip

    class Meta:
        model = WatchList
        fields = ("name",)

    def __init__(self, *args: Any, **options: Any) -> None:
        """With the codes that the list holds, in a field of this form's own: those of the class are everybody's."""
        super().__init__(*args, **options)
        if self.instance.pk and "codes" in self.fields:
            self.fields["codes"].initial = "\n".join(self.instance.companies.values_list("code", flat=True))

    def clean(self) -> dict[str, Any]:
        """One more only where there is room for it; the page saves in the transaction in which this is asked."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is None and self.owner is not None:
            refuse_too_many(self.owner)
        return values

    def clean_codes(self) -> list[str]:
        """The codes, each once. Raises `ValidationError` naming each text that is no code and each code that no list has."""
        read = read_codes(self.cleaned_data["codes"])
        problems = [
            gettext("{number} 行目の「{text}」を銘柄コードとして読めません。").format(number=number, text=text)
            for number, text in read.problems[:_NAMED]
        ]
        if len(read.problems) > _NAMED:
            problems.append(gettext("ほかに {count} 行が読めません。").format(count=len(read.problems) - _NAMED))
        if unknown := find_unknown(read.codes):
            problems.append(gettext("どの一覧にもないコードです: {codes}").format(codes=_name_some(unknown)))
        if len(read.codes) > MOST_COMPANIES:
            problems.append(
                gettext("{count} 銘柄あります。1 つのリストに入れられるのは {most} 銘柄までです。").format(
                    count=len(read.codes), most=MOST_COMPANIES
                )
            )
        if problems:
            raise ValidationError(problems)
        return read.codes


class SavedViewForm(_NamedByOwner):
    """What may be changed of a view: its name, and whether others see it."""

    class Meta:
        model = SavedView
        fields = ("name", "is_shared")


class NamedDestinationForm(_NamedByOwner):
    """What may be changed without asking where it is: its name and its language."""

    class Meta:
        model = Destination
        fields = ("name", "language")


def followable_views(owner: Any) -> QuerySet[SavedView]:
    """The views of which a person can be told who enters and leaves: their own of companies, and those that others share."""
    return SavedView.objects.filter(Q(owner=owner) | Q(is_shared=True), page=ListPage.COMPANIES)


def _name_some(codes: list[str]) -> str:
    named = gettext("、").join(codes[: 2 * _NAMED])
    return (
        named
        if len(codes) <= 2 * _NAMED
        else gettext("{named} ほか {count} 件").format(named=named, count=len(codes) - 2 * _NAMED)
    )
