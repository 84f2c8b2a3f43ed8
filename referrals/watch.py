"""The watch: whether notifications get through, asked by a process that delivers nothing itself.

What it finds feeds `/health/` and a banner on every page of who has to know. Whoever does not look at a
page is told by a second channel: a mail, and an address of the operator's choice.
"""

import json
import logging
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from aidcenter.mails import taken
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb, may
from cases import centre
from referrals.models import Health

log = logging.getLogger(__name__)

SECONDS = 10  # between two rounds
STALE = timedelta(seconds=60)  # the watch itself has stopped
LASTING = timedelta(seconds=30)  # so long wrong, and the second channel is used
AGAIN = timedelta(hours=1)
CALL_SECONDS = 5


@dataclass(frozen=True)
class Limit:
    """Up to which value all is well, and what is said above it."""

    most: int
    says: object


LIMITS = {
    "undelivered": Limit(60, gettext_lazy("Notifications of children do not reach the inboxes.")),
    "outside": Limit(3600, gettext_lazy("Mails or messages to state bodies have not gone out for an hour.")),
    "needs_human": Limit(0, gettext_lazy("A notification of a child cannot be delivered as it is.")),
    "relay": Limit(30, gettext_lazy("The relay, which delivers notifications, does not run.")),
    "children": Limit(0, gettext_lazy("There is a child without its notifications.")),
    "unacknowledged": Limit(
        0,  # the last step of the ladder: `_most`
        gettext_lazy("A state body has long not acknowledged a notification."),
    ),
}
UNANSWERED = gettext_lazy("The database does not answer.")
SILENT = gettext_lazy("The watch over notifications does not run.")
FIRST_STEP = gettext_lazy("Tell who runs the system: manage.py alerts status says what is wrong.")


def _most(what: str, limit: Limit) -> int:
    if what == "unacknowledged":
        return int(centre.after("LADDER_TELEPHONE_HOURS").total_seconds())
    return limit.most


def look() -> None:
    """One round: ask the database, and keep what was found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, value FROM health_facts()")
        facts = dict(cursor.fetchall())
    with transaction.atomic():
        for what, limit in LIMITS.items():
            _keep(what, facts[what], ok=facts[what] <= _most(what, limit))


def _keep(what: str, value: int, *, ok: bool) -> None:
    Health.objects.bulk_create([Health(what=what, ok=ok, value=0)], ignore_conflicts=True)
    row = Health.objects.filter(what=what)
    row.exclude(ok=ok).update(since=Now(), told_at=None)
    row.update(ok=ok, value=min(value, 2**31 - 1), checked_at=Now())


def is_silent(rows: Iterable[Health]) -> bool:
    """Whether the watch, which has looked once, has not looked for a while."""
    return any(row.checked_at < timezone.now() - STALE for row in rows)


def banners(person: Staff) -> Iterator[str]:
    """What stands above every page of who has to know it."""
    if not may(person, Verb.SEE_TROUBLE):
        return
    rows = list(Health.objects.order_by("since"))
    said = [str(SILENT)] if is_silent(rows) else [str(LIMITS[row.what].says) for row in rows if not row.ok]
    yield from (f"{text} {FIRST_STEP}" for text in said)


def tell() -> int:
    """Tell by the second channel what has been wrong for a while and was not told lately; how many."""
    again = Q(told_at=None) | Q(told_at__lt=Now() - AGAIN)
    rows = list(Health.objects.filter(again, ok=False, since__lt=Now() - LASTING))
    if rows and tell_of([row.what for row in rows], addresses()):
        Health.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=Now())
    return len(rows)


def addresses() -> list[str]:
    """Who is told by mail: the director, the administrators, and whom the operator names."""
    people = Staff.objects.filter(role__in=(Role.DIRECTOR, Role.ADMINISTRATOR), is_active=True)
    return [*people.exclude(email="").values_list("email", flat=True), *settings.WATCH_MAIL]


def tell_of(whats: Iterable[str], mails: list[str]) -> bool:
    """Say by every second channel what is wrong; False when none has taken it."""
    names = list(whats)
    return any([_mailed(names, mails), _called(names)])


def _mailed(names: list[str], mails: list[str]) -> bool:
    if not mails:
        return False
    with override("az"):
        said = [str(LIMITS[name].says if name in LIMITS else UNANSWERED) for name in names]
        text = "\n".join([*said, str(FIRST_STEP)])
        mail = EmailMessage(subject=_("Something does not work"), body=text, bcc=mails)
    return taken(mail)


def _called(names: list[str]) -> bool:
    """Post the names to the operator's own address: a gateway of short messages, a pager."""
    if not settings.WATCH_URL:
        return False
    said = json.dumps({"text": ", ".join(names), "checks": names}).encode()
    request = urllib.request.Request(  # noqa: S310 - an address of the operator's
        settings.WATCH_URL, said, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=CALL_SECONDS):  # noqa: S310
            return True
    except OSError as problem:
        log.warning("the second channel (address) does not work: %s", type(problem).__name__)
        return False
