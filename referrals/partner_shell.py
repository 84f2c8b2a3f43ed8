"""What other pages show of referrals to partners: the menu, the day's work, the case page, the timeline."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aidcenter.duties import Duty
from aidcenter.models import Staff
from aidcenter.prepared import Prepared
from aidcenter.roles import Verb, may
from aidcenter.shell import NavItem
from aidcenter.timeline import Event, Source
from cases import centre, closing
from cases.models import Case
from referrals.models import PartnerWord, Referral
from referrals.models.partner import ANSWERED_SOON, OPEN

SHOWN = 50  # duties
NEWEST = 5  # referrals on the case page


def navigation() -> list[NavItem]:
    """The referrals of the centre, and who signs in for a partner."""
    return [
        NavItem(gettext_lazy("Referrals"), "partners:list", "share-2", Verb.REFER, "/referrals/partners/"),
        NavItem(gettext_lazy("People of partners"), "partners:members", "contact", Verb.EDIT_PARTNERS,
                "/referrals/partners/members/"),
    ]  # fmt: skip


def duties(person: Staff, today: date) -> Iterator[Duty]:
    """What waits for the author and the caseworker, and who owes an answer."""
    if not may(person, Verb.REFER):
        return
    rows = (
        Referral.objects.kept_by(person)
        .unfinished()
        .exclude(Q(state="declined", case__state__in=Case.CLOSED))
    )
    rows = rows.select_related("case", "provider", "consent").order_by("moved_at", "pk")
    for row in rows[:SHOWN]:
        if (duty := _duty(row, today)) is not None:
            yield duty


def _duty(row: Referral, today: date) -> Duty | None:
    """What is to be done about one referral, if anything is."""
    since = timezone.localdate(row.moved_at)
    if row.state in OPEN and row.consent and row.consent.withdrawn_on:
        return _row(row, since, _("Consent withdrawn: withdraw the referral, or tell the partner"), _("Open"))
    if row.asks:
        return _row(row, today, _("A partner asks something"), _("Answer"))
    if row.state == "due":
        return _row(row, since, _("A referral waits to be sent"), _("Send"), page="send")
    if row.state == "declined":
        return _row(row, since, _("The partner declined: choose another"), _("Choose"))
    if row.state in ANSWERED_SOON:
        return _unanswered(row, today)
    asked = max(row.wished_on or since, since + centre.after("PARTNER_ANSWER_DAYS", today))
    return _row(row, asked, _("Record what came of it"), _("Open")) if asked <= today else None


def _unanswered(row: Referral, today: date) -> Duty:
    """Late after so many days without an answer; until then others are waited for."""
    began = timezone.localdate(row.sent_at)
    days, last = (today - began).days, began + centre.after("PARTNER_ANSWER_DAYS", today)
    if days == 0:
        return _row(row, last, _("Sent today, no answer yet"), _("Open"), waiting=today < last)
    said = ngettext("No answer for %(days)s day", "No answer for %(days)s days", days) % {"days": days}
    return _row(row, last, said, _("Open"), waiting=today < last)


def _row(
    row: Referral, due_on: date, title: str, act: str, *, page: str = "referral", waiting: bool = False
) -> Duty:
    return Duty(
        due_on=due_on,
        title=title,
        detail=f"{row.case.number} · {row.reference} · {row.provider.name}",
        url=reverse(f"partners:{page}", args=[row.pk]),
        act=act,
        waiting=waiting,
    )


def _newest(case: Any) -> Any:
    rows = Referral.objects.filter(case_id=case).annotate(partner=F("provider__name"))
    return rows.order_by("-made_at")[: NEWEST + 1]


_OF_CASE = Prepared(_newest, mark="has_referrals")


def panel(case: Case, person: Staff) -> dict[str, Any] | None:
    """The last referrals, and the way to ask a partner; nothing where there is neither."""
    rows, refers = _OF_CASE.of(case), may(person, Verb.REFER)
    if not rows and not refers:
        return None
    return {
        "template": "referrals/_referrals.html",
        "referrals": rows[:NEWEST],
        "more": len(rows) > NEWEST,
        "may_record": may(person, Verb.RECORD_SERVICE),
        "may_refer": refers and case.state not in Case.CLOSED,
        "last": True,
    }


def still_open(case: Case) -> Iterator[closing.Open]:
    """The referrals that somebody still has to do something about."""
    for row in case.referrals.unfinished().select_related("provider"):
        said = {"reference": row.reference, "name": row.provider.name, "state": row.get_state_display()}
        yield closing.Open(_("Referral %(reference)s to %(name)s: %(state)s") % said,
                           reverse("partners:referral", args=[row.pk]))  # fmt: skip


def timeline() -> list[Source]:
    """Every word about a referral."""
    return [Source("referrals", "at", _words, _event)]


def _words(case: Case, _person: Staff) -> Any:
    rows = PartnerWord.objects.filter(case=case)
    return rows.select_related("author", "referral__provider", "sheet__provider")


def _event(word: PartnerWord) -> Event:
    partner = (word.sheet or word.referral).provider.name
    who = word.said_by or word.author.display_name
    why = word.get_reason_display() if word.reason else word.get_outcome_display()  # type: ignore[attr-defined] # of CodeField
    detail = " · ".join(filter(None, (word.referral.reference, partner, who, why)))
    url = reverse("partners:referral", args=[word.referral_id])
    return Event(word.get_kind_display(), detail, word.text or "", url=url, act=_("Open"))  # type: ignore[attr-defined] # the same
