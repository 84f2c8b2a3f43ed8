"""The demo's mail page: what the system would have sent."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aidcenter import mailcatcher


class Mail(NamedTuple):
    """A caught mail as the page shows it."""

    subject: str
    sender: str
    to: str
    at: datetime | None
    text: str


def _shown(mail: EmailMessage) -> Mail:
    body = mail.get_body(("plain", "html"))
    at = parsedate_to_datetime(mail["Date"]) if mail["Date"] else None
    if at and at.tzinfo is None:  # "-0000" means UTC, of no particular place (RFC 5322, 3.3)
        at = at.replace(tzinfo=UTC)
    text = body.get_content() if body is not None else ""
    return Mail(mail["Subject"] or "", mail["From"] or "", mail["To"] or "", at, text)


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail that the demo caught, the newest first; only the demo has this page."""
    if not settings.DEMO:
        raise Http404
    return render(request, "demo/mail.html", {"mails": [_shown(mail) for mail in mailcatcher.mails()]})
