"""Who else opened one's cases: a page of the last week, yesterday's on the home page, and a daily mail.

The mail says only that somebody did; who and which stands behind the sign-in.
"""

from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, notices
from aidcenter.clock import baku_today
from aidcenter.duties import at_start_of
from aidcenter.models import AuditEvent, Staff
from cases.models import Case

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
LOOKS = "looks"  # the kind of notice


def looks(owner: Staff, since: date) -> QuerySet[AuditEvent]:
    """The times since the beginning of `since` that others opened a case of `owner`, newest first."""
    return by_others(owner, "case.view").filter(at__gte=at_start_of(since))


def by_others(owner: Staff, *actions: str) -> QuerySet[AuditEvent]:
    """What others did of `actions` in the cases of `owner`, newest first, with the number of the case."""
    own = Case.objects.filter(owner=owner).values("pk")
    rows = AuditEvent.objects.filter(action__in=actions, case_id__in=own).exclude(actor_id=owner.pk)
    number = Case.objects.filter(pk=OuterRef("case_id")).values("number")
    return audit.with_names(rows).annotate(number=Subquery(number)).order_by("-pk")


def _done_since(owner: Staff, action: str, moment: datetime) -> bool:
    return AuditEvent.objects.filter(actor_id=owner.pk, action=action, at__gte=moment).exists()


def send() -> int:
    """Tell each caseworker whose cases were opened by others yesterday, once a day; returns how many."""
    today, sent = baku_today(), 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT owners_looked_at(%s, %s)", [at_start_of(today - DAY), at_start_of(today)])
        owners = [owner for (owner,) in cursor.fetchall()]
    for person in Staff.objects.filter(is_active=True, pk__in=owners).exclude(email=""):
        if _done_since(person, "digest.mail", at_start_of(today)):
            continue
        if notices.tell(person, LOOKS, *told(person)):
            audit.record("digest.mail", by=person)
            sent += 1
    return sent


def told(person: Staff) -> tuple[str, str]:
    """Subject and text, in the person's language."""
    with override(person.language):
        said = _("Colleagues opened cases of yours yesterday. Sign in to see who: %(address)s\n")
        return _("Yesterday"), said % {"address": notices.signed_in_at("cases:opened")}
