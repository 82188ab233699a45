"""A new secret for a webhook, a new address for a feed: said first, shown once."""

from django.contrib.admin import AdminSite
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from sign_in.models import ChangeKind
from sign_in.recording import record_request
from subscriptions.admin.asking import ANSWER, Button, Question, ask
from subscriptions.admin.shown_once import show_once
from subscriptions.choices import Channel
from subscriptions.destinations.feeds import renew_token
from subscriptions.destinations.secrets import old_secret_ends_at, rotate_secret
from subscriptions.models import Destination

_RENEW = "renew"


@sensitive_variables("plain")
def rotate(request: HttpRequest, site: AdminSite, destination: Destination) -> HttpResponse:
    """Asks; by POST the new one is the answer."""
    is_feed = destination.channel == Channel.ATOM
    if not is_feed and destination.channel != Channel.WEBHOOK:
        raise Http404
    if request.POST.get(ANSWER) != _RENEW:
        return ask(request, site, destination, _question(destination, is_feed=is_feed))
    with transaction.atomic():
        plain = renew_token(destination) if is_feed else rotate_secret(destination)
        record_request(request, destination, ChangeKind.SECRET_CHANGED)
    return show_once(request, site, destination, plain, is_new=False)


def _question(destination: Destination, *, is_feed: bool) -> Question:
    back = reverse("admin:subscriptions_destination_change", args=[destination.pk])
    if is_feed:
        title = gettext("「{name}」のアドレスの更新").format(name=destination.name)
        lines = [
            gettext("フィードのアドレスを新しくします。いまのアドレスはすぐに使えなくなり、元に戻せません。"),
            gettext("フィードリーダーには、新しいアドレスを登録し直してください。"),
        ]
        return Question(title, lines, [Button(_RENEW, gettext("新しいアドレスにする"), is_dangerous=True)], back)
    title = gettext("「{name}」の署名の鍵の更新").format(name=destination.name)
    lines = [
        gettext("新しい鍵を作り、次の画面で 1 回だけ表示します。"),
        gettext(
            "24 時間は、新しい鍵と前の鍵の両方で署名します。その間に受信側の鍵を替えれば、1 件も取りこぼしません。"
        ),
    ]
    if (ends_at := old_secret_ends_at(destination)) is not None:
        lines.append(
            gettext(
                "前回の更新から 24 時間たっていません。{at} まで使えるはずだった一つ前の鍵は、すぐに使えなくなります。"
            ).format(at=f"{localtime(ends_at):%Y-%m-%d %H:%M}")
        )
    return Question(title, lines, [Button(_RENEW, gettext("新しい鍵を作る"))], back)
