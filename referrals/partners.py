"""What people do with referrals to partners: prepare, send, ask again, withdraw, and all that is said."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.access import require
from aidcenter.celery import enqueue
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import consents, providers, records
from cases.actions import broken, one_at_a_time
from cases.models import Case, Provider
from referrals import partner_sheet
from referrals.models import PartnerMember, PartnerSheet, PartnerWord, Referral
from referrals.partner_sheet import Sheet

# What each word of a partner makes of its referral; a question, and a report of what goes on, leave it.
STEPS = {"received": "delivered", "accepted": "accepted", "declined": "declined", "report": "completed",
         "withdrawn": "cancelled"}  # fmt: skip


def hindrance(case: Case) -> str:
    """Why nobody is referred in `case`, and what now; "" when nothing stands against it."""
    return _("The case is closed. Open it again first.") if case.state in Case.CLOSED else ""


def signs_in(provider: Provider) -> bool:
    """Whether somebody of the partner has an account, so that it can be sent to the portal."""
    return PartnerMember.objects.filter(provider=provider, staff__is_active=True).exists()


def told_of(referral: Referral) -> tuple[list[PartnerSheet], list[PartnerWord]]:
    """All that left for partners, and every word about it."""
    sheets = list(referral.sheets.select_related("provider", "sent_by"))
    words = list(referral.words.select_related("author", "sheet"))
    rows: list[Any] = [*sheets, *words]
    for each in rows:
        each.victim = referral.case.victim  # whose keys are there already
    return sheets, words


def _ground(case: Case, provider: Provider, service_type: str, why_alone: str) -> dict[str, Any]:
    """The consent that the referral relies on, or the reason without; raises ValidationError."""
    if not provider.outside:
        raise ValidationError(
            {"provider": _("The centre gives this itself: book the service, without a referral.")}
        )
    providers.check(case, provider, service_type, baku_today(), why_alone)
    consent = consents.relied_on(case, providers.NEEDS_CONSENT, provider.name)
    return {"consent": consent, "why_alone": "" if consent else why_alone}


@act
def prepare(case: Case, said: dict[str, Any], *, by: Staff) -> Referral:
    """Ask a partner for one service; nothing leaves yet. `provider_why` is the reason without consent."""
    require(by, Verb.REFER)
    if found := hindrance(case):
        raise ValidationError(found)
    one_at_a_time(case)
    told = {name: said[name] for name in ("provider", "service_type", "asked", "why", "urgency", "wished_on")}
    if (
        case.referrals.unfinished()
        .filter(provider=told["provider"], service_type=told["service_type"])
        .exists()
    ):
        raise ValidationError(_("This is asked of this partner already, and not finished."))
    _not_past(told["wished_on"])
    _tells_nothing("asked", partner_sheet.told_by(case, told["asked"]))
    ground = _ground(case, told["provider"], told["service_type"], said["provider_why"])
    made = Referral(case=case, victim=case.victim, author=by, **told, **ground)
    _save(made, force_insert=True)
    made.refresh_from_db(fields=["reference"])
    audit.record("referral.make", by=by, case=case.pk, ids=[made.pk], alone=made.consent_id is None)
    return made


def _tells_nothing(field: str, away: list[str]) -> None:
    """Raise ValidationError when a text for the partner gives the person away."""
    if away:
        told = {"what": ", ".join(away)}
        raise ValidationError({field: _("Take this out of the text: %(what)s.") % told})


def _not_past(day: date | None) -> None:
    if day and day < baku_today():
        raise ValidationError({"wished_on": _("This day is past.")})


def _save(row: models.Model, **how: Any) -> None:
    """Save; what the database refuses is said in words."""
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as refusal:
        raise ValidationError(_refusals().get(broken(refusal), _stale())) from None


def _stale() -> str:
    return _("The referral was changed meanwhile. Look at it as it stands now.")


def _refusals() -> dict[str, str]:
    return {
        "referral_consent": _(
            "The consent does not hold any more: record it anew, or withdraw the referral."
        ),
        "referral_partner": _("The centre does not work with this partner any more: choose another."),
        "referral_case_open": _("The case is closed. Open it again first."),
        "partner_has_portal": _("Nobody of this partner signs in: send it on paper."),
        "partner_word_days": _("These days cannot be."),
    }


def _now(referral: Referral, by: Staff, to: str) -> Referral:
    """The referral as it stands, about to become `to`; nobody else acts on it meanwhile."""
    require(by, Verb.REFER)
    now = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    workflow.REFERRAL.check(now.state, to)
    now.victim = referral.victim  # whose keys are there already
    return now


def check_sheet(case: Case, sheet: Sheet, said: dict[str, Any]) -> None:
    """Raise ValidationError, by field, unless the sheet may leave as it is."""
    wrong: dict[str, str] = {}
    if away := partner_sheet.given_away(case, sheet):
        wrong["must_know"] = _("Take this out of the text: %(what)s.") % {"what": ", ".join(away)}
    if said["way"] == "paper" and not said["told_to"]:
        wrong["told_to"] = _("Say who took the paper.")
    if sheet["real_name"] and not said["why_real"]:
        wrong["why_real"] = _("Say why the real name is needed.")
    if wrong:
        raise ValidationError(wrong)


def check_seen(sheet: Sheet, seen: str) -> None:
    """Raise ValidationError unless the sheet is just the one that was `seen` (its mark)."""
    if records.stamp(dict(sheet)) != seen:
        raise ValidationError(_stale())


@act
def send(referral: Referral, sheet: Sheet, said: dict[str, Any], *, by: Staff) -> PartnerSheet:
    """Freeze `sheet` and send it: to the portal, or on paper to `told_to`, who took it as `told_how` says."""
    now = _now(referral, by, "sent")
    now.case = referral.case
    providers.check(now.case, now.provider, now.service_type, baku_today(), now.why_alone or "")
    check_sheet(now.case, sheet, said)
    about = {"referral": now, "case": now.case, "victim": now.victim}
    made = PartnerSheet(**about, provider=now.provider, said=dict(sheet), language=said["language"],
                        way=said["way"], sent_by=by, open_days=settings.PARTNER_OPEN_DAYS)  # fmt: skip
    _save(made, force_insert=True)
    text = "\n".join(filter(None, (said["told_how"], said["why_real"])))
    on_paper = {"said_by": said["told_to"], "said_on": baku_today()} if said["way"] == "paper" else {}
    _save(PartnerWord(**about, sheet=made, kind="sent", text=text, author=by, **on_paper), force_insert=True)
    audit.record("referral.send", by=by, case=now.case_id, ids=[now.pk, made.pk], way=made.way,
                 real_name=sheet["real_name"], phone=bool(sheet["phone"]))  # fmt: skip
    if made.way == "portal":
        transaction.on_commit(lambda: enqueue("referrals.remind_partners"))
    return made


@act
def try_again(referral: Referral, said: dict[str, Any], *, by: Staff) -> None:
    """After a partner declined, ask another, or the same again; a new sheet has to be sent."""
    now = _now(referral, by, "due")
    now.case = referral.case
    if found := hindrance(now.case):
        raise ValidationError(found)
    _not_past(said["wished_on"])
    ground = _ground(now.case, said["provider"], now.service_type, said["provider_why"])
    changed = {"state": "due", "provider": said["provider"], "wished_on": said["wished_on"], **ground}
    for name, value in changed.items():
        setattr(now, name, value)
    _save(now, update_fields=[*changed])
    audit.record("referral.again", by=by, case=now.case_id, ids=[now.pk])


@act
def withdraw(referral: Referral, *, why: str, by: Staff) -> None:
    """Take it back, with a reason; a partner that had it reads only that it was withdrawn."""
    now = _now(referral, by, "cancelled")
    if not why:
        raise ValidationError({"why": _("Say why.")})
    _add(now, by, "withdrawn", text=why, reason="centre")
    audit.record("referral.withdraw", by=by, case=now.case_id, ids=[now.pk])


def _add(of: Referral | PartnerSheet, by: Staff, kind: str, **said: Any) -> None:
    """Add a word to a referral, or to a sheet; the database moves both."""
    about = {"referral": of} if isinstance(of, Referral) else {"referral_id": of.referral_id, "sheet": of}
    word = PartnerWord(**about, case_id=of.case_id, victim_id=of.victim_id, kind=kind, author=by, **said)
    _save(word, force_insert=True)


@act
def answer(referral: Referral, *, text: str, by: Staff) -> None:
    """Answer the question of a partner; it reads the answer in its portal."""
    require(by, Verb.REFER)
    if not text:
        raise ValidationError({"text": _("Write the answer.")})
    _tells_nothing("text", partner_sheet.told_by(referral.case, text))
    now = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if not now.asks:
        raise ValidationError(_("No question waits for an answer."))
    _add(now, by, "answer", text=text)
    audit.record("referral.answer", by=by, case=now.case_id, ids=[now.pk])


def _complete(kind: str, said: dict[str, Any]) -> None:
    """Raise ValidationError unless what a partner says has what it needs."""
    if kind == "declined" and not said.get("text"):
        raise ValidationError({"text": _("Say why, so that the centre can look further.")})
    if kind == "question" and not said.get("text"):
        raise ValidationError({"text": _("Write the question.")})
    if kind != "report":
        return
    for name, wrong in (
        ("text", _("Say what was done.")),
        ("outcome", _("Choose.")),
        ("starts_on", _("Say when.")),
    ):
        if not said.get(name):
            raise ValidationError({name: wrong})
    if said["starts_on"] > baku_today():
        raise ValidationError({"starts_on": _("This day has not come yet.")})
    if said.get("ends_on") and said["ends_on"] < said["starts_on"]:
        raise ValidationError({"ends_on": _("The end lies before the beginning.")})


_OF_REPORT = ("outcome", "starts_on", "ends_on")


def _told(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """What of `said` belongs to a word of that kind."""
    _complete(kind, said)
    names = ("text", *_OF_REPORT) if kind == "report" else ("text",)
    return {name: said[name] for name in names if said.get(name)}


@act
def enter(referral: Referral, kind: str, said: dict[str, Any], *, by: Staff) -> None:
    """Enter what a partner said outside of the portal: `said_by` who, `said_on` the day."""
    require(by, Verb.REFER)
    now = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if kind in STEPS:
        workflow.REFERRAL.check(now.state, STEPS[kind])
    if not said.get("said_by") or not said.get("said_on"):
        field = "said_on" if said.get("said_by") else "said_by"
        raise ValidationError({field: _("Who of the partner said it, and on which day?")})
    if said["said_on"] > baku_today():
        raise ValidationError({"said_on": _("This day has not come yet.")})
    _add(now, by, kind, **_told(kind, said), said_by=said["said_by"], said_on=said["said_on"])
    audit.record("referral.say", by=by, case=now.case_id, ids=[now.pk], kind=kind)


@act
def say(sheet: PartnerSheet, kind: str, said: dict[str, Any], *, by: Staff) -> None:
    """The partner itself confirms, accepts, declines, asks or reports."""
    require(by, Verb.ANSWER_REFERRAL)
    if sheet.state == "cancelled":
        raise ValidationError(_("The centre has withdrawn this; there is nothing left to do."))
    if kind in STEPS:
        workflow.REFERRAL.check(sheet.state, STEPS[kind])
    _add(sheet, by, kind, **_told(kind, said))
    audit.record("partner.say", by=by, case=sheet.case_id, ids=[sheet.pk], kind=kind)
    if kind == "received":
        open_sheet(sheet, by=by)


@act
def open_sheet(sheet: PartnerSheet, *, by: Staff) -> None:
    """Open the whole sheet to the member, on record."""
    require(by, Verb.ANSWER_REFERRAL)
    audit.record("partner.open", by=by, case=sheet.case_id, ids=[sheet.pk])
