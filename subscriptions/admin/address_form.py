"""Another address for a webhook."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from subscriptions.destinations.making import change_address
from subscriptions.models import Destination


class AddressForm(forms.Form):
    """Never filled in with what it is now: of that, only as much is shown as may be seen."""

    url = forms.CharField(
        label=_("新しい URL"), max_length=2000,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *arguments: Any, destination: Destination, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._destination = destination

    def save(self) -> bool:
        """Whether it was changed; if not, the field says why."""
        try:
            change_address(self._destination, self.cleaned_data["url"])
        except ValidationError as problem:
            self.add_error("url", problem.messages)
            return False
        return True
