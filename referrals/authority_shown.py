"""What a change of a state body means, in words: before and after, and what happens by it."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aidcenter import folding
from aidcenter.clock import baku_today
from aidcenter.editions import MOST, Past, told
from aidcenter.preview import Fact, Shown, compared
from aidcenter.templatetags.ui import dmy
from referrals import authorities
from referrals.models import Commission, CommissionContact, CommissionName, Webhook
from referrals.models.authority import Contact


def _contact(of: Contact) -> dict[str, str]:
    """How a body is reached, by label."""
    return {
        _("E-mail"): of.email,
        _("Phone of the office"): of.phone,
        _("Duty phone, day and night"): of.duty_phone,
        _("Office hours"): f"{of.opens_at:%H:%M} – {of.closes_at:%H:%M}, {of.office_days_in_words}",
        _("Ways, in their order"): of.channels_in_words,
    }


def _names(of: Any) -> dict[str, str]:
    """What a body is called, by label."""
    return {
        _("Name in Azerbaijani"): of.name_az,
        _("Name in Russian"): of.name_ru,
        _("Name in English"): of.name_en,
        _("Address"): of.address,
    }


def history(commission: Commission) -> list[Past]:
    """How the body was reached, the newest first."""
    return told(commission.contacts.select_related("made_by")[: MOST + 1], _contact)


def added(said: dict[str, Any]) -> Shown:
    """A new body."""
    row = authorities.new(said)
    about = {_("Body"): row.get_body_display(), _("District"): row.get_district_display(),
             _("Acts from"): dmy(row.active_from)}  # fmt: skip
    notes = [_("What is owed there is delivered to it, from its first day on."), *_lacks(row, 0)]
    return Shown(compared(None, about | _names(row) | _contact(row)), notes)


def changed(commission: Commission, said: dict[str, Any], members: int) -> Shown:
    """How it is reached; `members` sign in for it."""
    after = CommissionContact(**{name: said[name] for name in authorities.REACHED})
    notes = [_("It holds at once: the next message goes this way."), *_lacks(after, members)]
    return Shown(compared(_contact(commission), _contact(after)), notes)


def _lacks(contact: Contact, members: int) -> list[str]:
    lacking = authorities.missing(contact, members)
    return [_("Not reachable in every way") + ": " + ", ".join(lacking)] if lacking else []


def connected(now: Webhook | None, said: dict[str, Any]) -> Shown:
    """Where their system listens, and the key of its receipts."""
    labels = {"url": _("Address of their system"), "their_key": _("Their public key")}
    before = {words: getattr(now, name) for name, words in labels.items()} if now else None
    after = {words: said[name] for name, words in labels.items()}
    return Shown(compared(before, after), [_("It holds at once: the next message goes this way.")])


def renamed(commission: Commission, said: dict[str, Any]) -> Shown:
    """Another name or address from a day on."""
    now = authorities.called(commission, said["since"]) or commission
    after = CommissionName(**{name: said[name] for name in authorities.NAMING})
    later = commission.names.filter(since__gt=said["since"]).first()
    notes = [_kept_until(said["since"])]
    if later:
        told = {"day": dmy(later.since), "name": later.name}
        notes.append(
            _("It holds until %(day)s; from then on the name is %(name)s, as was said already.") % told
        )
    return Shown(compared(_names(now), _names(after)), notes)


def renamed_all(said: dict[str, Any]) -> Shown:
    """Another name for all bodies of a kind, each in the reader's language."""
    facts = []
    for name in authorities.renames(said):
        now = authorities.called(name.commission, name.since) or name.commission
        facts.append(Fact(name.commission.get_district_display(), now.name, name.name))
    language = (get_language() or "az")[:2]
    facts.sort(key=lambda fact: folding.alphabetical(str(fact.label), language))
    return Shown(facts, [_kept_until(said["since"])])


def _kept_until(since: date) -> str:
    if since > baku_today():
        return _("Letters of that day and later say it. Until then it can be taken back.")
    return _("Letters say it from today on; what was sent before keeps the name it bore.")


def ended(commission: Commission, said: dict[str, Any]) -> Shown:
    """The end of a body."""
    until, successor, yes = commission.active_until, commission.successor, {True: _("yes"), False: _("no")}
    planned = until is not None
    before = {
        _("First day without it"): dmy(until),
        _("Who takes over"): successor.name if successor else "",
        _("Its members go over too"): yes[commission.members_follow] if planned else "",
    }
    after = {
        _("First day without it"): dmy(said["active_until"]),
        _("Who takes over"): said["successor"].name if said["successor"] else "",
        _("Its members go over too"): yes[said["members_follow"]],
    }
    return Shown(compared(before, after), _by_the_end(said))


def _by_the_end(said: dict[str, Any]) -> list[str]:
    if said["successor"]:
        told = {"name": said["successor"].name}
        goes = _("What is open goes over to %(name)s, and the children of the district from then on.") % told
    else:
        goes = _(
            "What is open goes over to a new body of the district; until there is one, nobody is told of a "
            "child there, and supervisors and the director see an alarm."
        )
    if said["active_until"] > baku_today():
        return [goes, _("Until that day the end can be taken back.")]
    return [goes, _("It takes effect at once and cannot be taken back.")]
