"""What other pages show of the state bodies and the drill: the menu, the banners, the duties."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from aidcenter.codelists import label_in
from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem
from referrals import authority_members, drills
from referrals.models import Commission, DistrictSeen, DrillRun, Member

SHOWN = 5
FEW = 2  # one-time codes


def navigation() -> list[NavItem]:
    """The bodies, and the drill."""
    return [
        NavItem(gettext_lazy("State bodies"), "authorities:bodies", "landmark", Verb.VIEW_COMMISSIONS,
                "/referrals/authorities/"),
        NavItem(gettext_lazy("Test of the bodies"), "authorities:drills", "radio", Verb.RUN_DRILL,
                "/referrals/authorities/drills/"),
    ]  # fmt: skip


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """Districts where nobody is told, bodies hard to reach, tests without an answer; to a body, its test."""
    if may(person, Verb.RECEIVE_NOTIFICATION):
        yield from _tests_of_body(person)
        yield from _stands_in(person, today)
    if may(person, Verb.VIEW_COMMISSIONS):
        yield from _unserved(person, today)
    if may(person, Verb.EDIT_COMMISSIONS):
        yield from _hard_to_reach(today)
        yield from _few_codes(today)
    if may(person, Verb.RUN_DRILL):
        yield from _tests(today)


def unserved() -> list[tuple[str, str, int | None]]:
    """(district, body, how many are owed) where nobody is told; the number not to an administrator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT district, body, owed FROM districts_unserved()")
        return list(cursor.fetchall())


def _unserved(person: Staff, today: date) -> Iterator[Duty]:
    found, edits = unserved(), may(person, Verb.EDIT_COMMISSIONS)
    for district, body, owed in found[:SHOWN]:
        where = {"district": label_in("district", district, get_language()),
                 "body": label_in("mandatory_recipient", body, get_language())}  # fmt: skip
        asked = urlencode({"body": body, "district": district})
        yield Duty(
            due_on=today,
            title=_("%(district)s: nobody is told of a child (%(body)s)") % where,
            detail=_("Add the body: until then the next notification waits") if edits else _owed(owed or 0),
            url=f"{reverse('authorities:new')}?{asked}" if edits else _bodies("missing"),
            act=_("Add") if edits else _("Open"),
            alarm=True,
        )
    if (more := len(found) - SHOWN) > 0:
        said = ngettext(
            "%(count)s more state body is missing", "%(count)s more state bodies are missing", more
        )
        yield Duty(
            due_on=today,
            title=said % {"count": more},
            detail="",
            url=_bodies("missing"),
            act=_("Open"),
            alarm=True,
        )


def _bodies(show: str) -> str:
    return f"{reverse('authorities:bodies')}?show={show}"


def _owed(count: int) -> str:
    if not count:
        return _("No notification is owed there now; the next one would wait.")
    said = ngettext(
        "%(count)s notification is owed there and goes out when an administrator adds the body.",
        "%(count)s notifications are owed there and go out when an administrator adds the body.",
        count,
    )
    return said % {"count": count}


def _hard_to_reach(today: date) -> Iterator[Duty]:
    """Bodies of the centre's districts without e-mail, duty phone or member: one duty for all."""
    members = Count("members", filter=Q(members__staff__is_active=True, members__staff__is_program=False))
    rows = Commission.objects.in_force(today).filter(district__in=DistrictSeen.objects.values("district"))
    rows = rows.annotate(sign_in=members).filter(Q(email="") | Q(duty_phone="") | Q(sign_in=0))
    if count := rows.count():
        said = ngettext(
            "%(count)s state body cannot be reached in every way",
            "%(count)s state bodies cannot be reached in every way",
            count,
        )
        detail = _("No e-mail, no duty phone, or nobody who signs in")
        said %= {"count": count}
        yield Duty(
            due_on=today,
            title=said,
            detail=detail,
            url=_bodies("lacking"),
            act=_("Open"),
        )


def _few_codes(today: date) -> Iterator[Duty]:
    """Members whose one-time codes run out: without the next ones they would be locked out one day."""
    members = list(Member.objects.filter(staff__is_active=True).select_related("staff", "commission"))
    left = authority_members.codes_left(members)
    for member in [one for one in members if left.get(one.staff_id, FEW + 1) <= FEW][:SHOWN]:
        yield Duty(
            due_on=today,
            title=_("One-time codes run out: %(name)s") % {"name": member.staff.display_name},
            detail=member.commission.name,
            url=reverse("authorities:codes", args=[member.pk]),
            act=_("New codes…"),
        )


def _tests(today: date) -> Iterator[Duty]:
    page = reverse("authorities:drills")
    if not DrillRun.objects.exists():
        detail = _("A test message, plainly marked; no child is named")
        said = _("The way to the state bodies was never tested")
        yield Duty(due_on=today, title=said, detail=detail, url=page, act=_("Open"))
    rows: Any = list(drills.to_repair(today))
    for row in rows[:SHOWN]:
        yield Duty(
            due_on=row.run.day,
            title=_("Did not answer the test: repair before a child comes"),
            detail=f"{row.commission.name} · {row.commission.phone_now}".rstrip(" ·"),
            url=reverse("authorities:repair", args=[row.pk]),
            act=_("Repair"),
        )
    if len(rows) > SHOWN:
        more = len(rows) - SHOWN
        said = ngettext("%(count)s more body did not answer", "%(count)s more bodies did not answer", more)
        yield Duty(
            due_on=rows[SHOWN].run.day, title=said % {"count": more}, detail="", url=page, act=_("Open")
        )


def _tests_of_body(person: Staff) -> Iterator[Duty]:
    for row in drills.asked_of(person):
        yield Duty(
            due_on=row.run.day,
            title=_("TEST, no child: please confirm that this has arrived"),
            detail=_("The centre tests whether you are reached"),
            url=reverse("referrals:inbox"),
            act=_("Confirm"),
        )


def _stands_in(person: Staff, today: date) -> Iterator[Duty]:
    for row in authority_members.open_aways().filter(deputy__staff=person, first_day__lte=today):
        yield Duty(
            due_on=row.last_day,
            title=_("You stand in for %(name)s") % {"name": row.member.staff.display_name},
            detail=_("What is open to them is open to you"),
            url=reverse("referrals:inbox"),
            act=_("Open"),
        )
