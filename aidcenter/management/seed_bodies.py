"""The state bodies of the demo, their members, and a test that one body did not answer."""

from datetime import timedelta

from django.utils import timezone

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.management import seed_silence
from aidcenter.models import Staff
from aidcenter.roles import Role
from referrals import authorities
from referrals.models import BODIES, Commission, DrillCall, DrillRun

MEMBERS = {  # username: district, body
    "nasimi-guardianship": ("nasimi", "guardianship"),
    "nasimi-guardianship-2": ("nasimi", "guardianship"),
    "nasimi-minors": ("nasimi", "minors_commission"),
    "ganja-guardianship": ("ganja", "guardianship"),
    "ganja-minors": ("ganja", "minors_commission"),
}
DAYS_AGO = 40
ANSWERED = ("nasimi-guardianship-2", "nasimi-minors", "ganja-guardianship")


def furnish() -> None:
    """Both bodies of every district."""
    Commission.objects.bulk_create(
        _commission(district, body) for district in codelists.codes("district") for body in BODIES
    )


def _commission(district: str, body: str) -> Commission:
    return Commission(
        body=body, district=district, **authorities.usual_names(district, body),
        email=f"{body.replace('_', '-')}@{district}.example", phone="012 555 01 02",
        duty_phone="012 555 01 03", address="Bakı, Nizami küçəsi 1",
        office_days=seed_silence.office_days(district, body),
    )  # fmt: skip


def drill() -> None:
    """A test of some weeks ago, of the bodies that had members then."""
    ago = timedelta(days=DAYS_AGO)
    with acting_as(Staff.objects.filter(role=Role.DIRECTOR).earliest("pk").pk):
        run = DrillRun.objects.create(day=baku_today() - ago, started_at=timezone.now() - ago)
        asked = Commission.objects.filter(members__isnull=False).distinct()
        DrillCall.objects.bulk_create(DrillCall(run=run, commission=body, mail_at=None) for body in asked)
    for username in ANSWERED:
        member = Staff.objects.get(username=username)
        with acting_as(member.pk):
            DrillCall.objects.filter(run=run, commission=member.membership.commission_id).update(
                acknowledged_at=run.started_at + timedelta(hours=2), acknowledged_by=member
            )
