"""The Atom feed of a destination at `/feeds/<token>.atom`: read from the database alone, by whoever has its address."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, override
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from database.connections import database_now
from subscriptions.channels.links import link_of
from subscriptions.choices import DeliveryStatus, DestinationStatus
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.feeds import find_feed
from subscriptions.destinations.models import Destination
from subscriptions.destinations.silence import find_silence, why_nothing_is_sent
from subscriptions.told.wording import word_message

MOST_ENTRIES, NEWEST_DAYS = 100, 30
# Ids are for ever, also where the product moves to another address; what makes them unlike any other is random.
_TAG = "tag:meigara,2026:"
_CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@require_safe
@sensitive_variables("token")
def feed_view(request: HttpRequest, token: str) -> HttpResponse:
    """What was told to the feed, in its language; 404 where the token opens nothing, or its person or key opens nothing any more. One
    that is paused says so.
    """
    feed = find_feed(token)
    now = database_now()
    if feed is None or find_silence(feed, now) is not None or feed.status == DestinationStatus.ENDED:
        raise Http404
    with override(feed.language):
        told = _newest_of(feed, now)
        etag = _etag_of(feed, told)
        answer = get_conditional_response(request, etag=etag) or HttpResponse(
            _write(feed, told, now), content_type=_CONTENT_TYPE
        )
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, max-age=60"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


class _Feed(Atom1Feed):
    """Django's, whose links may be missing: without `PUBLIC_URL` there are none."""

    def add_root_elements(self, handler: Any) -> None:
        """Those that Django writes, but for empty links."""
        super().add_root_elements(cast(Any, _WithoutEmptyLinks(handler)))

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(cast(Any, _WithoutEmptyLinks(handler)), item)


class _WithoutEmptyLinks:
    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def addQuickElement(self, name: str, contents: Any = None, attrs: dict[str, Any] | None = None) -> None:  # noqa: N802 Django's
        if name != "link" or (attrs or {}).get("href"):
            self._handler.addQuickElement(name, contents, attrs)


def _newest_of(feed: Destination, now: datetime) -> Sequence[Delivery]:
    """Each message once, also one that was told again by hand; without what it says."""
    told = Delivery.objects.filter(destination=feed, status=DeliveryStatus.DELIVERED)
    before = told.filter(webhook_id=OuterRef("webhook_id"), pk__lt=OuterRef("pk"))
    told = told.filter(~Exists(before), created_at__gt=now - timedelta(days=NEWEST_DAYS))
    return list(told.order_by("-id").only("id", "webhook_id", "message_id")[:MOST_ENTRIES])


def _etag_of(feed: Destination, told: Sequence[Delivery]) -> str:
    parts = [
        feed.pk, feed.name, feed.language, feed.status, feed.status_changed_at, settings.PUBLIC_URL, *[one.webhook_id for one in told],
    ]  # fmt: skip
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _write(feed: Destination, told: Sequence[Delivery], now: datetime) -> str:
    whole = Delivery.objects.filter(pk__in=[one.pk for one in told]).select_related("message").order_by("-id")
    home = settings.PUBLIC_URL
    written = _Feed(
        title=f"Meigara: {feed.name}", link=f"{home}/" if home else "", description=None, language=feed.language,
        subtitle=_state_of(feed, now), author_name="Meigara", feed_guid=f"{_TAG}feed-{feed.pk}",
    )  # fmt: skip
    if feed.status != DestinationStatus.ACTIVE:
        written.add_item(
            title=_state_of(feed, now), link=f"{home}/" if home else "", description="", pubdate=feed.status_changed_at,
            updateddate=feed.status_changed_at, unique_id=f"{_TAG}feed-{feed.pk}-{feed.status_changed_at:%Y%m%d%H%M%S}",
        )  # fmt: skip
    for delivery in whole:
        message = delivery.message
        words = word_message(message.content, feed.language)
        written.add_item(
            title=words.title, link=link_of(message.content), description=_summary_of(words), pubdate=message.created_at,
            updateddate=message.created_at, unique_id=f"{_TAG}{delivery.webhook_id}", categories=[message.type],
        )  # fmt: skip
    return written.writeString("utf-8")


def _state_of(feed: Destination, now: datetime) -> str:
    reason = why_nothing_is_sent(feed, now)
    return (
        gettext("このフィードは停止中です（{reason}）。再開すると、それまでの分も加わります。").format(reason=reason)
        if reason
        else ""
    )


def _summary_of(words: Any) -> str:
    lines = format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in words.lines)))
    more = format_html("<p>{}</p>", gettext("ほか {count} 件").format(count=words.more)) if words.more else ""
    return f"{lines if words.lines else ''}{more}"
