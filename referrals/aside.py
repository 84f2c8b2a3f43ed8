"""A member of a body knows the family: they lose the notification, and somebody else takes over."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from referrals.models import Member, Notification, Recusal


def others(notification: Notification) -> QuerySet[Member]:
    """The members of the body who sign in and do not know the family."""
    rows = Member.objects.people().filter(commission=notification.commission_id)
    return rows.exclude(staff__recusals__case=notification.case_id)


@act
def step_aside(notification: Notification, *, by: Staff) -> Recusal:
    """I know this family: the database shows `by` nothing of this child any more, the centre is told."""
    require(by, Verb.RECEIVE_NOTIFICATION)
    # on record first: afterwards the notification is not there for them
    audit.record("notification.aside", by=by, case=notification.case_id, ids=[notification.pk])
    made = Recusal.objects.create(notification=notification, case_id=notification.case_id, staff=by)
    transaction.on_commit(lambda: enqueue("referrals.remind_bodies"))
    return made


@act
def seen(recusal: Recusal, *, by: Staff) -> None:
    """The centre has spoken with the body, or seen that somebody else takes over."""
    require(by, Verb.ANSWER_BODY)
    if not Recusal.objects.filter(pk=recusal.pk, seen_at__isnull=True).update(seen_at=Now(), seen_by=by):
        raise ValidationError(_("A colleague has seen to this already."))
    audit.record("notification.aside_seen", by=by, case=recusal.case_id, ids=[recusal.notification_id])
