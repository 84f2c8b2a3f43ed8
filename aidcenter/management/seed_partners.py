"""Referrals to partners in the demo: people of two partners who sign in, and a referral in each state."""

from typing import Any

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.management.seed_care import NGO
from aidcenter.models import Staff
from aidcenter.roles import Role
from cases.models import Case, Provider
from referrals import partner_sheet, partners
from referrals.models import PartnerMember, PartnerSheet

CLINIC = "5 saylı poliklinika"
MEMBERS = {"partner-ngo": NGO, "partner-clinic": CLINIC}  # username: provider
BY_PHONE = "Telefonla razılıq verdi, vərəqəni sabah imzalayacaq."
# Number this year: partner, service, what is asked, and what the partner has said.
REFERRED: dict[int, tuple[str, str, str, tuple[str, ...]]] = {
    0: (NGO, "legal", "Şəxsiyyət sənədinin bərpası üzrə məsləhət.", ("received", "accepted", "question")),
    1: (CLINIC, "medical", "Ümumi müayinə və stomatoloq.", ()),
    2: (NGO, "social", "Məktəbə yazılmaqda kömək.", ("declined",)),
    4: (CLINIC, "medical", "Qadın həkimin müayinəsi.", ("received", "accepted", "report")),
    5: ("Peşə Tədris Mərkəzi", "vocational", "Dərzilik kursunda bir yer.", ("accepted",)),
    8: ("Məşğulluq idarəsi", "employment", "Yarımştat iş.", ()),
}
NOT_SENT = (8,)
SAID: dict[str, dict[str, Any]] = {
    "declined": {"text": "Bu ay boş yerimiz yoxdur."},
    "question": {"text": "Görüşə sosial işçi də gələcəkmi?"},
    "report": {
        "text": "Müayinə olundu, dərman təyin edildi.",
        "outcome": "helped",
        "starts_on": baku_today(),
    },
}


def join() -> None:
    """The people of the partners belong to them."""
    administrator = Staff.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
    with acting_as(administrator.pk):
        for username, name in MEMBERS.items():
            member = Staff.objects.get(username=username)
            PartnerMember.objects.create(staff=member, provider=Provider.objects.get(name=name))


def refer(case: Case, number: int, by: Staff) -> None:
    """The referral of the person with that number this year."""
    name, service, asked, words = REFERRED[number]
    partner = Provider.objects.get(name=name)
    about = {
        "service_type": service,
        "asked": asked,
        "why": "",
        "wished_on": baku_today(),
        "provider": partner,
    }
    about |= {"urgency": "high" if number < 2 else "medium", "provider_why": BY_PHONE}
    made = partners.prepare(case, about, by=by)
    if number in NOT_SENT:
        return
    way = "portal" if partners.signs_in(partner) else "paper"
    said = {
        "name": case.victim.name_to_use or "",
        "safe_contact": case.victim.safe_contact or "Mərkəz vasitəsilə",
        "age": "group",
        "language": "az",
        "way": way,
        "told_to": "Qeydiyyat şöbəsi" if way == "paper" else "",
        **dict.fromkeys(("why_real", "must_know", "told_how"), ""),
        **dict.fromkeys(("real_name", "with_phone"), False),
    }
    sheet = partners.send(made, partner_sheet.sheet_of(case, made, said, baku_today()), said, by=by)
    for kind in words:
        told = SAID.get(kind, {})
        if way == "paper":
            on = {"said_by": "Qeydiyyat şöbəsi", "said_on": baku_today()}
            partners.enter(made, kind, told | on, by=by)
        else:
            _say(sheet, kind, told, username=next(u for u, n in MEMBERS.items() if n == name))


def _say(sheet: PartnerSheet, kind: str, told: dict[str, Any], *, username: str) -> None:
    member = Staff.objects.get(username=username)
    with acting_as(member.pk):
        partners.say(PartnerSheet.objects.get(pk=sheet.pk), kind, told, by=member)
