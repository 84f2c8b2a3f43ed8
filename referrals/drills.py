"""The drill: each state body gets a test message in its portal; who does not answer is mended in time.

It makes no notification and no delivery of one, names no child, and is in no statistic.
"""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import audit, mails
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.context import act, acting_as
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import centre
from referrals.models import Commission, DrillCall, DrillRun, Member

SOON = timedelta(hours=1)


def _begin(day: date, by: Staff | None) -> DrillRun:
    """One run with a call for each body in force; raises IntegrityError when the day has one already."""
    with transaction.atomic():
        run = DrillRun(day=day, started_by=by)
        run.save(force_insert=True)
        bodies = Commission.objects.in_force(day)
        DrillCall.objects.bulk_create([DrillCall(run=run, commission=body) for body in bodies])
    return run


def reach(day: date) -> dict[str, int]:
    """How many bodies a test of `day` goes to: all, those rung by e-mail, those where somebody can answer."""
    members = Member.objects.people().filter(commission=OuterRef("pk"))
    return Commission.objects.in_force(day).aggregate(
        bodies=Count("pk"),
        rung=Count("pk", filter=~Q(email="")),
        can_answer=Count("pk", filter=Exists(members)),
    )


@act
def start(*, by: Staff) -> DrillRun:
    """Ask all bodies now."""
    require(by, Verb.RUN_DRILL)
    try:
        run = _begin(baku_today(), by)
    except IntegrityError:
        raise ValidationError(_("A drill was started today already.")) from None
    except ProgrammingError:  # row-level security knows by itself who may
        raise PermissionDenied from None
    audit.record("drill.start", by=by, ids=[run.pk])
    transaction.on_commit(lambda: enqueue("referrals.drill"))
    return run


def start_due(today: date) -> bool:
    """Ask all bodies again when the last drill is `DRILL_DAYS` old; the first one a person starts."""
    last = DrillRun.objects.first()
    if not settings.DRILL_DAYS or last is None or last.day > today - centre.after("DRILL_DAYS", today):
        return False
    try:
        run = _begin(today, None)
    except IntegrityError:  # another worker was first
        return False
    audit.record("drill.start", by=None, ids=[run.pk])
    return True


# --- the body ---------------------------------------------------------------------------------


def asked_of(person: Staff) -> QuerySet[DrillCall]:
    """The test messages that the own body has not answered: the newest, the older ones are past."""
    newer = DrillCall.objects.filter(commission=OuterRef("commission"), run__day__gt=OuterRef("run__day"))
    rows = DrillCall.objects.filter(commission__members__staff=person, acknowledged_at__isnull=True)
    return rows.filter(~Exists(newer)).select_related("run")


@act
def acknowledge(call: DrillCall, *, by: Staff) -> None:
    """The member says "the test has arrived"; the second click of two says nothing new."""
    require(by, Verb.RECEIVE_NOTIFICATION)
    rows = DrillCall.objects.filter(pk=call.pk, commission__members__staff=by, acknowledged_at__isnull=True)
    if rows.select_for_update(of=("self",)).exists():
        DrillCall.objects.filter(pk=call.pk).update(acknowledged_at=Now(), acknowledged_by=by)
        audit.record("drill.acknowledge", by=by, ids=[call.pk])


# --- the centre -------------------------------------------------------------------------------


def to_repair(today: date) -> QuerySet[DrillCall]:
    """Bodies that did not answer in `DRILL_ANSWER_DAYS`, once each; a later answer or a repair ends it."""
    since = today - centre.after("DRILL_ANSWER_DAYS", today)
    later = DrillCall.objects.filter(commission=OuterRef("commission"), run__day__gt=OuterRef("run__day"))
    settled = later.filter(Q(acknowledged_at__isnull=False) | Q(run__day__lte=since))
    rows = DrillCall.objects.filter(
        commission__in=Commission.objects.in_force(today),
        acknowledged_at__isnull=True, repaired_at__isnull=True, run__day__lte=since,
    )  # fmt: skip
    rows = rows.filter(~Exists(settled)).select_related("run", "commission")
    return rows.order_by("run__day", "commission__district", "commission__body")


@act
def repair(call: DrillCall, *, what: str, by: Staff) -> None:
    """Record what was repaired: the body is reached again."""
    require(by, Verb.RUN_DRILL)
    if not what:
        raise ValidationError({"what": _("Say what was repaired.")})
    if call.acknowledged_at or call.repaired_at:
        raise ValidationError(_("There is nothing to repair any more."))
    rows = DrillCall.objects.filter(pk=call.pk, acknowledged_at__isnull=True, repaired_at__isnull=True)
    if not rows.update(repaired_at=Now(), repaired_by=by, repair=what):
        raise ValidationError(_("There is nothing to repair any more."))
    audit.record("drill.repair", by=by, ids=[call.pk])


# --- the bell ---------------------------------------------------------------------------------


def ring() -> int:
    """Ring the bells of the tests that are due; how many were tried."""
    rung = 0
    while _next():
        rung += 1
    return rung


def _next() -> bool:
    """Ring one bell, and mark it in the same transaction; False when none is due."""
    with acting_as(None), transaction.atomic():
        rows = DrillCall.objects.filter(mail_at__lte=Now()).select_related("commission", "run")
        call = rows.select_for_update(skip_locked=True, of=("self",)).order_by("mail_at").first()
        if call is None:
            return False
        rung = not call.commission.email or mails.taken(_mail(call))
        DrillCall.objects.filter(pk=call.pk).update(mail_at=None if rung else Now() + SOON)
    return True


def _mail(call: DrillCall) -> EmailMessage:
    with override("az"):
        return EmailMessage(
            subject=_("TEST of the Aid Centre: no child, please confirm"),
            body=_(
                "This is a test of the way to you; there is no child.\n"
                "Sign in and confirm with one click that the test has arrived: %(address)s\n"
            )
            % {"address": f"{settings.SITE_URL}/referrals/"},
            to=[call.commission.email],
            headers={"Message-ID": mails.message_id(f"drill-{call.pk}")},
        )
