"""What an administrator does with the state bodies: add, change, rename from a day on, end.

A notification is owed to a body of a district, whatever it is called and whoever stands in its place. So a
body is renamed without ending it, and when it ends what is open goes over to who takes over: a
notification that nobody can read would be as good as lost.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.codelists import LANGUAGES, label_in
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import broken, require
from referrals.models import Commission, CommissionName, Webhook

NAMING = ("name_az", "name_ru", "name_en", "address")
REACHED = ("email", "phone", "duty_phone", "opens_at", "closes_at", "office_days", "channels")
PLACE = "{district}"  # in the names that all bodies of a kind get at once


def usual_names(district: str, body: str) -> dict[str, str]:
    """What a body of that kind is usually called there, in each language."""
    return {
        f"name_{language}": f"{label_in('mandatory_recipient', body, language)}"
        f" ({label_in('district', district, language)})"
        for language in LANGUAGES
    }


def by_the_day() -> int:
    """Do what the day asks of the bodies (sql/authorities.sql); how many notifications went over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT commissions_by_the_day()")
        return int(cursor.fetchone()[0])


def ways_to(commission: Commission) -> list[str]:
    """On which ways it can be reached now, in its order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT way FROM ways_to(%s)", [commission.pk])
        return [way for (way,) in cursor.fetchall()]


def called(commission: Commission, day: date) -> CommissionName | None:
    """What the body is called on `day`, and where it sits."""
    return commission.names.filter(since__lte=day).last()


def successors(commission: Commission) -> QuerySet[Commission]:
    """Who may take over: another body of the same kind that acts today."""
    rows = Commission.objects.in_force(baku_today()).filter(body=commission.body)
    return rows.exclude(pk=commission.pk).order_by("district")


def missing(commission: Commission, members: int) -> list[str]:
    """What stands between the body and a message at night, in words."""
    wanted = (
        (commission.email, _("no e-mail")),
        (commission.duty_phone, _("no duty phone")),
        (members, _("nobody signs in")),
    )
    return [words for there, words in wanted if not there]


def _kept(commission: Commission, **how: Any) -> None:
    """Save; what the database refuses is said in words."""
    try:
        with transaction.atomic():
            commission.save(**how)
    except IntegrityError as refusal:
        raise ValidationError(_refusals().get(broken(refusal), str(_("This cannot be.")))) from None


def _refusals() -> dict[str, str]:
    taken = _("Another body of this kind acts in the district on some of these days; end it first.")
    return {
        "commission_one_a_day": taken,
        "commission_one_in_force": taken,
        "commission_closes_after_it_opens": _("It closes before it opens."),
        "commission_ends_after_it_begins": _("It would end before its first day."),
    }


def _day_now() -> None:
    """What begins today begins at once; what waited for it is delivered."""
    by_the_day()
    transaction.on_commit(lambda: enqueue("referrals.deliver_due"))


@act
def add(said: dict[str, Any], *, by: Staff) -> Commission:
    """A body of a district; what was owed there is delivered."""
    require(by, Verb.EDIT_COMMISSIONS)
    names = ("body", "district", "active_from", *NAMING, *REACHED)
    made = Commission(**{name: said[name] for name in names})
    _kept(made, force_insert=True)
    audit.record("commission.add", by=by, ids=[made.pk])
    _day_now()
    return made


@act
def change(commission: Commission, said: dict[str, Any], *, by: Staff) -> None:
    """How it is reached: at once."""
    require(by, Verb.EDIT_COMMISSIONS)
    for name in REACHED:
        setattr(commission, name, said[name])
    _kept(commission, update_fields=REACHED)
    audit.record("commission.change", by=by, ids=[commission.pk])


@act
def connect(commission: Commission, said: dict[str, Any], *, by: Staff) -> None:
    """Tell the body by its system too, from the next message on."""
    require(by, Verb.EDIT_COMMISSIONS)
    hook = Webhook.objects.filter(pk=commission.pk).first() or Webhook(commission=commission)
    hook.url, hook.their_key = said["url"], said["their_key"]
    hook.save()
    if "webhook" not in commission.channels:
        commission.channels = [*commission.channels, "webhook"]
        commission.save(update_fields=["channels"])
    audit.record("commission.system", by=by, ids=[commission.pk])


@act
def rename(commission: Commission, said: dict[str, Any], *, by: Staff) -> None:
    """What it is called, and where it sits, from the day `since` on; nothing else of it changes."""
    require(by, Verb.EDIT_COMMISSIONS)
    _from_today(said["since"])
    told = {name: said[name] for name in (*NAMING, "since")}
    CommissionName.objects.create(commission=commission, made_by=by, **told)
    audit.record("commission.rename", by=by, ids=[commission.pk], since=said["since"].isoformat())


def _from_today(since: date) -> None:
    if since < baku_today():
        raise ValidationError({"since": _("From today at the earliest: what was sent keeps its name.")})


@act
def rename_all(said: dict[str, Any], *, by: Staff) -> int:
    """All bodies of a kind, each with its district in the place of `{district}`; how many."""
    require(by, Verb.EDIT_COMMISSIONS)
    _from_today(said["since"])
    rows = list(Commission.objects.in_force(said["since"]).filter(body=said["body"]))
    CommissionName.objects.bulk_create([_named(row, said, by) for row in rows])
    audit.record("commission.rename", by=by, ids=[row.pk for row in rows], since=said["since"].isoformat())
    return len(rows)


def _named(row: Commission, said: dict[str, Any], by: Staff) -> CommissionName:
    names = {name: said[name].replace(PLACE, row.district_in(name[-2:])) for name in NAMING[:3]}
    return CommissionName(
        commission=row, since=said["since"], made_by=by, address=address_on(row, said["since"]), **names
    )


def address_on(commission: Commission, day: date) -> str:
    """Where the body sits on `day`."""
    name = called(commission, day)
    return name.address if name else commission.address


@act
def take_back(name: CommissionName, *, by: Staff) -> None:
    """A new name whose day has not come is taken back."""
    require(by, Verb.EDIT_COMMISSIONS)
    if name.since <= baku_today():
        raise ValidationError(_("This name is in force and stays on record; give another one."))
    CommissionName.objects.filter(pk=name.pk).delete()
    audit.record("commission.rename", by=by, ids=[name.commission_id], taken_back=True)


@act
def end(commission: Commission, said: dict[str, Any], *, by: Staff) -> None:
    """It acts no more from `active_until` on; `successor` takes over what is open, and the district."""
    require(by, Verb.EDIT_COMMISSIONS)
    today = baku_today()
    if commission.active_until and commission.active_until <= today:
        raise ValidationError(_("This body has ended already."))
    if said["active_until"] < today:
        raise ValidationError({"active_until": _("From today at the earliest.")})
    names = ("active_until", "successor", "members_follow")
    for name in names:
        setattr(commission, name, said[name])
    _kept(commission, update_fields=names)
    audit.record("commission.end", by=by, ids=[commission.pk], on=said["active_until"].isoformat())
    _day_now()
