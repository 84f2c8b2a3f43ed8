"""What is written down in some cases of the demo, and the house with its roster."""

import io
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from PIL import Image

from aidcenter.clock import baku_today
from aidcenter.context import acting_as
from aidcenter.duties import at_start_of
from aidcenter.models import Staff
from aidcenter.roles import Role
from cases import assessments, care_team, consent_sheet, documents, notes, providers, records, safety
from cases.kinds import KINDS
from cases.models import Case, Provider, SafetySheet
from rehabilitation import bookings, house
from rehabilitation.actions import Facts, record_service
from rehabilitation.models import House

SHEET = {
    "danger": "Onu axtaran bir qohumu var, Nəsimidə yaşayır.",
    "must_not_learn": "Dayısı; özünü məktəb işçisi kimi təqdim edə bilər.",
    "safe_name": "Poliklinikanın qeydiyyatından zəng edirik.",
    "medicine": "Səhərlər yarım həb, qutu növbətçidədir.",
    "allergies": "Penisillin",
    "if_missing": "Əvvəlcə sosial işçiyə, sonra 102-yə zəng edin.",
}


NGO = "“Təmiz Dünya” İctimai Birliyi"
PROVIDERS: list[tuple[str, str, list[str], list[str]]] = [
    ("Mərkəzin psixoloqları", "own", ["psychological"], []),
    (NGO, "ngo", ["legal", "social", "in_kind"], []),
    ("5 saylı poliklinika", "clinic", ["medical"], ["nasimi"]),
    ("Peşə Tədris Mərkəzi", "course", ["vocational", "education"], []),
    ("Məşğulluq idarəsi", "employment", ["employment"], []),
]


def directory() -> None:
    """Who gives services, as the administrator keeps it."""
    administrator = Staff.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
    about = {"contact": "012 555 01 03", "languages": ["aze", "rus"], "active_from": date(2016, 1, 1)}
    about |= {"may_be_told": "Ad, lazım olan yardım, təhlükəsiz əlaqə vaxtı.", "active_until": None}
    with acting_as(administrator.pk):
        for name, kind, types, districts in PROVIDERS:
            said = {"name": name, "kind": kind, "service_types": types, "districts": districts}
            providers.keep(Provider(), said | about, by=administrator)


def serve(case: Case, by: Staff) -> None:
    """Services that were given, one for today, a weekly series, and one that is only planned."""
    today, psychologist = baku_today(), care_team.members(case).get("psychologist")
    given = max(today - timedelta(days=3), case.opened_on)
    ngo = Provider.objects.get(name=NGO)
    facts = Facts(provider=ngo, note="", minutes=60)
    record_service(case, service_type="legal", delivered_on=given, by=by, facts=facts)
    went = Facts(given_by=by, note="Sənədlər üçün birlikdə gedildi.", minutes=90)
    record_service(case, service_type="social", delivered_on=given, by=by, facts=went)
    noon = at_start_of(today) + timedelta(hours=12)
    bookings.book(
        case, bookings.When(noon), service_type="documents", by=by, facts=Facts(given_by=by, minutes=60)
    )
    weekly = bookings.When(noon + timedelta(days=1, hours=3), times=8)
    talks = Facts(given_by=psychologist, minutes=60)
    bookings.book(case, weekly, service_type="psychological", by=by, facts=talks)
    later = bookings.When(noon + timedelta(days=30), "planned")
    bookings.book(case, later, service_type="employment", by=by, facts=Facts(given_by=by))


def care_for(case: Case, by: Staff) -> None:
    """A care team, a safety sheet, and notes of the caseworker and the psychologist."""
    team = {name: care_team.able(name).first() for name in ("psychologist", "lawyer")}
    care_team.choose(case, team, by=by)
    safety.write(case, dict.fromkeys(SafetySheet.FACTS, "") | SHEET, replaces="", by=by)
    call = "Məşğulluq idarəsinə zəng edildi; 1 dekabrdan yer təsdiqləndi."
    notes.add(case, notes.Written("call", call), by=by)
    if psychologist := team["psychologist"]:
        with acting_as(psychologist.pk):
            line = "Cümə axşamı səhərləri boş saxlayın."
            said = notes.Written(
                "session", "Yuxusu pisdir, nəfəs məşqləri göstərildi.", "psychological", line
            )
            notes.add(case, said, by=psychologist)


def know(case: Case, by: Staff) -> None:
    """What is on record of the person, two assessments, and a scanned paper."""
    today = baku_today()
    said: list[tuple[str, dict[str, Any]]] = [
        ("exploitation", {"acts": ["recruitment", "transport"], "means": ["deception", "vulnerability"],
                          "types": ["forced_labour"], "industry": "i", "countries": ["TR"],
                          "controls": ["withholds_docs", "debt_bondage"],
                          "story": "Otelə işə aparıldı, pasportu alındı."}),
        ("people", {"name": "Səməd, ana tərəfdən qohum", "relation": "relative", "roles": ["recruiter"],
                    "dangerous": True, "about": "Nəsimidə yaşayır, onu axtarır."}),
        ("proceeding", {"kind": "criminal", "role": "victim", "body": "Bakı Ağır Cinayətlər Məhkəməsi",
                        "next_hearing": timezone.now() + timedelta(days=5)}),
        ("paper", {"kind": "id_card", "number": "AA0000001", "ends_on": today + timedelta(days=21)}),
    ]  # fmt: skip
    agreed = [(purpose, "") for purpose in ("services", "data_processing", "statistics", "contact")]
    agreed.append(("share_provider", NGO))
    how = {"giver": "person_guardian" if case.is_child else "person", "form": "informed_consent_written",
           "given_on": today, "leaflet": True}  # fmt: skip
    consent_sheet.sign(case, consent_sheet.Signed(consent_sheet.texts()["aze"], agreed, how), by=by)
    for slug, values in said:
        kind = KINDS[slug]
        records.add(kind, kind.model(case=case, victim=case.victim, **values), by=by)
    for days, scores in ((14, (4, 2, 2, 4, 3, 3, 1, 0, 3, 3, 2)), (0, (2, 0, 1, 3, 3, 1, 1, 0, 3, 2, 2))):
        _assess(case, max(today - timedelta(days=days), case.opened_on), scores, by)
    scan = io.BytesIO()
    Image.new("RGB", (620, 877), "white").save(scan, "JPEG")
    documents.add(case, documents.Upload("court", scan.getvalue(), "Zərərçəkmiş qərarı"), by=by)


def _assess(case: Case, day: date, scores: tuple[int, ...], by: Staff) -> None:
    asked = assessments.asked_now()
    answers = {str(each.pk): {"score": score, "note": ""} for each, score in zip(asked, scores, strict=False)}
    said = {"kind": "periodic", "assessed_on": day, "needs": "", "risk_level": "", "why_risk": ""}
    assessments.assess(case, said | dict.fromkeys(assessments.RISKS, "medium"), answers, by=by)


def live_in_house(case: Case, name: str, bed: str, by: Staff) -> None:
    """A place in the first house."""
    said = {"house": House.objects.earliest("pk"), "bed": bed, "name_to_use": name}
    said |= {"visitors": "", "call_whom": "Sosial işçi; gecə növbətçi rəhbər", "decision": ""}
    house.place(case, said, by=by)


def roster() -> None:
    """The duty officer of the demo is on shift now and tomorrow."""
    officer, supervisor = (
        Staff.objects.filter(role=role).earliest("pk") for role in (Role.HOUSE, Role.SUPERVISOR)
    )
    now = timezone.now()
    with acting_as(supervisor.pk):
        for days in range(2):
            starts = now + timedelta(days=days)
            ends = starts + timedelta(hours=24)
            house.plan_shift(House.objects.earliest("pk"), officer, starts=starts, ends=ends, by=supervisor)
    with acting_as(officer.pk):
        house.write_log(House.objects.earliest("pk"), "Lalə gec yatıb, səhər oyatmayın.", by=officer)
