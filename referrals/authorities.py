"""What an administrator does with the state bodies: add, change, rename from a day on, end.

A notification is owed to a body of a district, whatever it is called and whoever stands in its place. So a
body is renamed without ending it, and when it ends what is open goes over to who takes over: a
notification that nobody can read would be as good as lost.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.codelists import LANGUAGES, label_in
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.actions import broken
from referrals.models import Commission, CommissionName, Webhook
from referrals.models.authority import Contact

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
    return next((name for name in reversed(commission.names.all()) if name.since <= day), None)


def successors(commission: Commission) -> QuerySet[Commission]:
    """Who may take over: another body of the same kind that acts today."""
    rows = Commission.objects.in_force(baku_today()).filter(body=commission.body)
    return rows.exclude(pk=commission.pk).order_by("district")


def from_today(day: date) -> None:
    """Raise ValidationError for a day that is over: what was said and sent then stays."""
    if day < baku_today():
        raise ValidationError(_("From today at the earliest."))


def still_acts(commission: Commission) -> None:
    """Raise ValidationError when the body has ended."""
    if commission.active_until and commission.active_until <= baku_today():
        raise ValidationError(_("This body has ended already."))


def vacant(said: dict[str, Any]) -> None:
    """Raise ValidationError when another body of that kind acts in the district on the first day or later."""
    rows = Commission.objects.filter(body=said["body"], district=said["district"])
    if rows.exclude(active_until__lte=said["active_from"]).exists():
        raise ValidationError(_refusals()["commission_one_a_day"])


def missing(contact: Contact, members: int) -> list[str]:
    """What stands between the body and a message at night, in words; `members` sign in for it."""
    wanted = (
        (contact.email, _("no e-mail")),
        (contact.duty_phone, _("no duty phone")),
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


def new(said: dict[str, Any]) -> Commission:
    """The body that a form says, not kept."""
    return Commission(**{name: said[name] for name in ("body", "district", "active_from", *NAMING, *REACHED)})


@act
def add(said: dict[str, Any], *, by: Staff) -> Commission:
    """A body of a district; what was owed there is delivered."""
    require(by, Verb.EDIT_COMMISSIONS)
    made = new(said)
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
    from_today(said["since"])
    told = {name: said[name] for name in (*NAMING, "since")}
    CommissionName.objects.create(commission=commission, made_by=by, **told)
    audit.record("commission.rename", by=by, ids=[commission.pk], since=said["since"].isoformat())


def renames(said: dict[str, Any]) -> list[CommissionName]:
    """The names that all bodies of a kind would get, each with its district in the place of `{district}`."""
    rows = Commission.objects.in_force(said["since"]).filter(body=said["body"])
    return [_named(row, said) for row in rows.prefetch_related("names").order_by("district")]


def _named(row: Commission, said: dict[str, Any]) -> CommissionName:
    names = {name: said[name].replace(PLACE, row.district_in(name[-2:])) for name in NAMING[:3]}
    now = called(row, said["since"])
    address = now.address if now else row.address
    return CommissionName(commission=row, since=said["since"], address=address, **names)


@act
def rename_all(said: dict[str, Any], *, by: Staff) -> int:
    """All bodies of a kind, each with its district in the place of `{district}`; how many."""
    require(by, Verb.EDIT_COMMISSIONS)
    from_today(said["since"])
    names = renames(said)
    for name in names:
        name.made_by = by
    CommissionName.objects.bulk_create(names)
    told = [name.commission_id for name in names]
    audit.record("commission.rename", by=by, ids=told, since=said["since"].isoformat())
    return len(names)


@act
def take_back(name: CommissionName, *, by: Staff) -> None:
    """A new name whose day has not come is taken back."""
    require(by, Verb.EDIT_COMMISSIONS)
    if name.since <= baku_today():
        raise ValidationError(_("This name is in force and stays on record; give another one."))
    if name.since == name.commission.active_from:
        raise ValidationError(_("A body begins with a name; give another one."))
    CommissionName.objects.filter(pk=name.pk).delete()
    audit.record("commission.rename", by=by, ids=[name.commission_id], taken_back=True)


def to_come() -> Sequence[Mapping[str, object]]:
    """Which kinds of bodies get new names, from when on and how many: {body, since, many}."""
    rows = _not_yet().order_by("since", "commission__body")
    return list(rows.values("since", body=F("commission__body")).annotate(many=Count("pk")))


def _not_yet() -> QuerySet[CommissionName]:
    return CommissionName.objects.filter(since__gt=baku_today()).exclude(since=F("commission__active_from"))


@act
def take_back_all(body: str, since: date, *, by: Staff) -> int:
    """All names that bodies of a kind would get on a day that has not come; how many."""
    require(by, Verb.EDIT_COMMISSIONS)
    rows = _not_yet().filter(commission__body=body, since=since)
    told = list(rows.values_list("commission", flat=True))
    CommissionName.objects.filter(pk__in=rows.values("pk")).delete()
    audit.record("commission.rename", by=by, ids=told, taken_back=True)
    return len(told)


@act
def end(commission: Commission, said: dict[str, Any], *, by: Staff) -> None:
    """It acts no more from `active_until` on; `successor` takes over what is open, and the district."""
    require(by, Verb.EDIT_COMMISSIONS)
    still_acts(commission)
    from_today(said["active_until"])
    names = ("active_until", "successor", "members_follow")
    for name in names:
        setattr(commission, name, said[name])
    _kept(commission, update_fields=names)
    audit.record("commission.end", by=by, ids=[commission.pk], on=said["active_until"].isoformat())
    _day_now()


@act
def stay(commission: Commission, *, by: Staff) -> None:
    """An end whose day has not come is taken back: the body goes on, and nobody takes over."""
    require(by, Verb.EDIT_COMMISSIONS)
    if not commission.active_until or commission.active_until <= baku_today():
        raise ValidationError(_("Only an end whose day has not come is taken back."))
    commission.active_until = commission.successor = None
    _kept(commission, update_fields=("active_until", "successor"))
    audit.record("commission.end", by=by, ids=[commission.pk], taken_back=True)
