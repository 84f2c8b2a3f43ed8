"""Incidents: reported in under a minute; a serious one is told to supervisors and director at once."""

import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, mails
from aidcenter.access import reached_or_404, require
from aidcenter.celery import enqueue
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Role, Verb
from cases.models import Incident, IncidentStep

MISSING = "missing"
_TOLD = "SELECT * FROM serious_incidents()"  # the database asks who is asking


def open_serious(person: Staff) -> list[Incident]:
    """The serious incidents that have not ended: of one's cases; to the director all, without their words."""
    if person.role == Role.DIRECTOR:
        found = list(Incident.objects.raw(f"{_TOLD} WHERE ended_at IS NULL"))
    else:
        found = list(Incident.objects.visible_to(person).filter(ended_at__isnull=True, severity="high"))
    return sorted(found, key=lambda row: row.happened_at)


def one(person: Staff, pk: uuid.UUID) -> Incident:
    """The incident `pk` as far as `person` is told of it; hidden and absent are the same 404."""
    if person.role != Role.DIRECTOR:
        return reached_or_404(Incident.objects.visible_to(person), pk=pk)
    for row in Incident.objects.raw(f"{_TOLD} WHERE id = %s", [pk]):
        return row
    raise Http404


@act
def report(case_id: uuid.UUID, victim_id: uuid.UUID, said: dict[str, Any], *, by: Staff) -> Incident:
    """Report what happened: `said` has kind, severity, happened_at, text and done.

    By ids: a duty officer reports of who lives in the house without reading the case.
    """
    require(by, Verb.VIEW_INCIDENT)
    happened_at: datetime = said["happened_at"]
    if happened_at > timezone.now():
        raise ValidationError({"happened_at": _("This is in the future.")})
    made = Incident.objects.create(case_id=case_id, victim_id=victim_id, author=by, **said)
    audit.record("incident.report", by=by, case=case_id, ids=[made.pk], kind=made.kind)
    if made.severity == "high":
        transaction.on_commit(lambda: enqueue("cases.tell_incidents"))
    return made


@act
def step(incident: Incident, name: str, *, by: Staff) -> None:
    """A step of the checklist is done now."""
    require(by, Verb.VIEW_INCIDENT)
    if incident.kind != MISSING or incident.ended_at:
        raise ValidationError(_("The checklist is over."))
    try:
        with transaction.atomic():
            IncidentStep.objects.create(incident=incident, step=name, person=by)
    except IntegrityError:
        raise ValidationError(_("Somebody has done this step already.")) from None
    audit.record("incident.step", by=by, case=incident.case_id, ids=[incident.pk], step=name)


@act
def end(incident: Incident, *, outcome: str, by: Staff) -> None:
    """The incident ends with `outcome`; a missing person is found, or handed over to a body."""
    require(by, Verb.END_INCIDENT)
    if incident.kind == MISSING and outcome == "resolved":
        raise ValidationError({"outcome": _("A missing person is found, or handed over.")})
    rows = Incident.objects.changeable_by(by).filter(pk=incident.pk, ended_at__isnull=True)
    if not rows.update(outcome=outcome, ended_at=timezone.now(), ended_by=by):
        raise ValidationError(_("The incident has ended already."))
    audit.record("incident.end", by=by, case=incident.case_id, ids=[incident.pk], outcome=outcome)


def tell() -> int:
    """Mail about every serious incident not told yet, again until it worked; returns how many mails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT incident, number, email, language FROM incidents_to_tell()")
        rows = cursor.fetchall()
    whom: dict[uuid.UUID, list[tuple[str, str, str]]] = defaultdict(list)
    for incident, number, email, language in rows:
        whom[incident].extend([(number, email, language)] if email else [])
    count = 0
    for incident, people in whom.items():
        taken = sum(_mail(incident, number, email, language) for number, email, language in people)
        count += taken
        if taken or not people:  # one address that fails holds up nobody; when all fail, it is tried again
            with connection.cursor() as cursor:
                cursor.execute("SELECT incident_told(%s)", [incident])
    return count


def _mail(incident: uuid.UUID, number: str, email: str, language: str) -> bool:
    said = {"number": number, "address": settings.SITE_URL + reverse("cases:incident", args=[incident])}
    with override(language):
        mail = EmailMessage(
            subject=_("Urgent: please sign in"),
            body=_("A serious incident was reported in case %(number)s. Sign in to read it: %(address)s\n")
            % said,
            to=[email],
            headers={"Message-ID": mails.message_id(f"incident-{incident}")},
        )
    return mails.taken(mail)
