"""Mail: plain words, and the same as a simple page, to one address."""

import time
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.debug import sensitive_variables

from subscriptions.channels.links import link_of
from subscriptions.channels.mail_server import MailFailed, automatic_headers, is_mail_set, send_mail
from subscriptions.channels.sending import Job, Outcome
from subscriptions.destinations.stop_links import stop_link
from subscriptions.told.wording import word_message

_LONGEST_SUBJECT = 200


class MailChannel:
    """Through the server of `EMAIL_URL`."""

    @sensitive_variables()
    def send(self, job: Job) -> Outcome:
        """Try once: accepted by the server is delivered. What it refuses for now is tried again, like what it did not answer."""
        if not is_mail_set():
            return Outcome(False, error_code="MAIL_NOT_SET")
        began = time.monotonic()
        try:
            send_mail(make_mail_message(job))
        except MailFailed as failed:
            return Outcome(False, failed.status, failed.code, failed.words, _since(began), is_gone=failed.is_gone)
        return Outcome(True, 250, duration_ms=_since(began))


@sensitive_variables()
def make_mail_message(job: Job) -> EmailMultiAlternatives:
    """The same for each attempt at a delivery, its `Message-ID` too: readers show it once."""
    stop = stop_link(job.destination_id)
    with override(job.language):
        words = word_message(job.content, job.language)
        told = {
            "title": words.title, "lines": words.lines, "more": words.more, "link": link_of(job.content),
            "stop_link": stop,
        }  # fmt: skip
        text = render_to_string("subscriptions/mail.txt", told)
        page = render_to_string("subscriptions/mail.html", told)
    message = EmailMultiAlternatives(
        _one_line(words.title), text, settings.MAIL_FROM, [job.address], headers=_headers_of(job, stop)
    )
    message.attach_alternative(page, "text/html")
    return message


def sender_domain() -> str:
    """Of whom mail is from."""
    return parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2]


def _headers_of(job: Job, link: str) -> dict[str, str]:
    headers = {
        "Message-ID": f"<{job.webhook_id}@{sender_domain()}>",
        "Date": format_datetime(job.created_at),
        "List-Id": f"Meigara <meigara.{sender_domain()}>",
        **automatic_headers(),
    }
    if link:
        headers["List-Unsubscribe"] = f"<{link}>"
        # One click of the mail program (RFC 8058), which is sent over https alone.
        if urlsplit(link).scheme == "https":
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _one_line(title: str) -> str:
    """A subject: names come from lists, and a line end in one would begin another header."""
    visible = "".join(letter if letter.isprintable() else " " for letter in title)
    return " ".join(visible.split())[:_LONGEST_SUBJECT]


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
