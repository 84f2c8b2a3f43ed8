"""Notifications in the states that the bodies live through, and the scans they bring."""

import io
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.models import Staff
from aidcenter.roles import Role
from cases.models import Case
from referrals import actions
from referrals.models import Commission, Member, Notification
from tests.cast import as_administrator, make_staff
from tests.test_delivery import deliver

TODAY = baku_today()


def picture() -> bytes:
    """A small scan."""
    dots = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(dots, "PNG")
    return dots.getvalue()


def scan(content: bytes | None = None, name: str = "scan.png") -> SimpleUploadedFile:
    """The same as a browser sends it."""
    return SimpleUploadedFile(name, picture() if content is None else content)


def told(case: Case, body: str = "guardianship") -> Notification:
    """The notification of `case` to that body, delivered."""
    deliver()
    return Notification.objects.get(case=case, body=body)


def received(case: Case, cast: SimpleNamespace, body: str = "guardianship") -> Notification:
    """The same, acknowledged by its member."""
    row = told(case, body)
    member = cast.nasimi_guardianship if body == "guardianship" else cast.nasimi_minors_commission
    with acting_as(member.pk):
        actions.acknowledge(row, by=member)
    row.refresh_from_db()
    return row


def decided(row: Notification, by: Staff, decision: str = "guardian_appointed", **said: Any) -> Notification:
    """The same, decided in the portal."""
    with acting_as(by.pk):
        actions.decide(row, actions.Decision(decision, "7/1", TODAY, **said), by=by)
    row.refresh_from_db()
    return row


def second_member(district: str = "nasimi", body: str = "guardianship", name: str = "second") -> Staff:
    """A colleague in the same body."""
    person = make_staff(f"{name}-{district}-{body}", Role.COMMISSION_MEMBER)
    with as_administrator():
        Member.objects.create(staff=person, commission=Commission.objects.get(district=district, body=body))
    return person
