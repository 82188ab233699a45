"""What a person enters for a new destination: first the channel, then only what belongs to it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from subscriptions.admin.owned import free_name
from subscriptions.choices import Channel
from subscriptions.destinations.chats import make_chat
from subscriptions.destinations.feeds import make_feed
from subscriptions.destinations.mail_addresses import make_mail
from subscriptions.destinations.making import make_webhook
from subscriptions.models import Destination
from wording.language import named_language

#: A destination, and what is shown once of it, if anything.
Made = tuple[Destination, str]


def _address(label: Any, help_text: Any, example: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=2000,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": example, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class DestinationForm(forms.Form):
    """What all have: a name, and the language in which it is told there."""

    usual_name: ClassVar[Any] = ""
    make: ClassVar[Callable[..., Any]]

    name = forms.CharField(label=_("名前"), max_length=60, widget=UnfoldAdminTextInputWidget)
    language = forms.ChoiceField(label=_("言語"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget)

    def __init__(self, *arguments: Any, owner: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._owner = owner
        self.fields["name"].initial = free_name(Destination, owner, str(self.usual_name))
        self.fields["language"].initial = named_language(get_language() or "")
        self.order_fields([name for name in self.fields if name not in ("name", "language")])

    def save(self) -> Made | None:
        """Make it. `None` where something is wrong with what was entered; the fields say so then."""
        try:
            made = type(self).make(owner=self._owner, **self.cleaned_data)
        except ValidationError as problem:
            self.add_problem(problem)
            return None
        return made if isinstance(made, tuple) else (made, "")

    def add_problem(self, problem: ValidationError) -> None:
        """At the fields that it names; what is of no field of this form stands above all."""
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        for field, errors in problem.error_dict.items():
            self.add_error(field if field in self.fields else None, errors)


class WebhookForm(DestinationForm):
    usual_name, make = "Webhook", make_webhook

    url = _address(
        "URL",
        _("JSON を POST で受け取るアドレスです。署名の鍵は、次の画面で 1 回だけ表示します。"),
        "https://example.com/webhooks/meigara",
    )


class MailForm(DestinationForm):
    usual_name, make = _("メール"), make_mail

    address = forms.CharField(
        label=_("メールアドレス"), max_length=254, help_text=_("確認のコードを送ります。入力するまで、ほかには何も送りません。"),
        widget=UnfoldAdminEmailInputWidget(attrs={"placeholder": "name@example.com", "autocomplete": "email"}),
    )  # fmt: skip

    def __init__(self, *arguments: Any, owner: Any, **options: Any) -> None:
        super().__init__(*arguments, owner=owner, **options)
        self.fields["address"].initial = owner.email


class ChatForm(DestinationForm):
    usual_name, make = _("チャット"), make_chat

    url = _address(
        _("チャットの URL"),
        _(
            "下の手順でコピーした URL です。知っている人は誰でも投稿できるので、保存した後は、サービス名と末尾の 4 文字だけを表示します。"
        ),
        "https://hooks.slack.com/services/…",
    )


class FeedForm(DestinationForm):
    usual_name, make = _("フィード"), make_feed


FORMS: dict[Channel, type[DestinationForm]] = {
    Channel.WEBHOOK: WebhookForm, Channel.MAIL: MailForm, Channel.CHAT: ChatForm, Channel.ATOM: FeedForm,
}  # fmt: skip
