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
from rehabilitation import beds, bookings, extensions, groups, house, rooms, stays
from rehabilitation.actions import Facts, record_service
from rehabilitation.models import Bed, House, Room

SHEET = {
    "danger": "Onu axtaran bir qohumu var, Nəsimidə yaşayır.",
    "must_not_learn": "Dayısı; özünü məktəb işçisi kimi təqdim edə bilər.",
    "safe_name": "Poliklinikanın qeydiyyatından zəng edirik.",
    "medicine": "Səhərlər yarım həb, qutu növbətçidədir.",
    "allergies": "Penisillin",
    "if_missing": "Əvvəlcə sosial işçiyə, sonra 102-yə zəng edin.",
}

HOUSES = (  # code, kind, beds for whom
    ("Ev 1", "rooms", (("1/1", "anybody"), ("1/2", "anybody"), ("2/1", "women"), ("2/2", "women"),
                       ("3/1", "children"), ("3/2", "children"), ("4/1", "men"))),
    ("D-1", "shelter", (("A1", "anybody"), ("A2", "anybody"))),
)  # fmt: skip
# Number this year: name to use, bed, days since, and after how many days the person left again.
HOUSED = {0: ("Lalə", "2/1", 26, 0), 4: ("Nərgiz", "2/2", 12, 0)}
STAYED = {
    1: ("Aysel", "1/1", 38, 20), 2: ("Günay", "1/2", 36, 12), 6: ("Sevda", "1/2", 20, 9),
    7: ("Ülkər", "A1", 26, 15),
}  # fmt: skip


ROOMS = ("Otaq 1", "Otaq 2", "Qrup otağı")
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


def serve(case: Case, by: Staff, turn: int) -> None:
    """Services that were given, one for today, a weekly series, and one that is only planned.

    `turn` tells apart those who have the same caseworker and psychologist: nobody is booked twice.
    """
    today, psychologist = baku_today(), care_team.members(case).get("psychologist")
    given = max(today - timedelta(days=3), case.opened_on)
    ngo = Provider.objects.get(name=NGO)
    facts = Facts(provider=ngo, note="", minutes=60)
    record_service(case, service_type="legal", delivered_on=given, by=by, facts=facts)
    went = Facts(given_by=by, note="Sənədlər üçün birlikdə gedildi.", minutes=90)
    record_service(case, service_type="social", delivered_on=given, by=by, facts=went)
    noon = at_start_of(today) + timedelta(hours=12 + 2 * turn)
    papers = Facts(given_by=by, minutes=60, room=Room.objects.get(name=ROOMS[0]))
    bookings.book(case, bookings.When(noon), service_type="documents", by=by, facts=papers)
    weekly = bookings.When(noon + timedelta(days=1, hours=3), times=8)
    talks = Facts(given_by=psychologist, minutes=60, room=Room.objects.get(name=ROOMS[1]))
    bookings.book(case, weekly, service_type="psychological", by=by, facts=talks)
    later = bookings.When(noon + timedelta(days=30), "planned")
    bookings.book(case, later, service_type="employment", by=by, facts=Facts(given_by=by))


def open_rooms() -> None:
    """The rooms, as a supervisor keeps them."""
    supervisor = Staff.objects.filter(role=Role.SUPERVISOR).earliest("pk")
    with acting_as(supervisor.pk):
        rooms.keep([{"name": name, "active": True} for name in ROOMS], by=supervisor)


def meet(by: Staff) -> None:
    """A group session of three of the caseworker's cases, the day after tomorrow."""
    starts_at = at_start_of(baku_today()) + timedelta(days=2, hours=11)
    with acting_as(by.pk):
        cases = [case.pk for case in groups.open_cases(by)[:3]]
        facts = Facts(given_by=by, minutes=90, room=Room.objects.get(name=ROOMS[2]))
        groups.book_together(cases, service_type="social", starts_at=starts_at, by=by, facts=facts)


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


def furnish() -> None:
    """The beds of the centre's house, and a shelter of the Ministry by its code."""
    supervisor = Staff.objects.filter(role=Role.SUPERVISOR).earliest("pk")
    since = baku_today() - timedelta(days=200)
    for name, kind, labels in HOUSES:
        rows = [
            {"label": label, "for_whom": whom, "accessible": label == "1/1", "active_from": since,
             "active_until": None}
            for label, whom in labels
        ]  # fmt: skip
        where = House.objects.filter(name=name).first() or House(name=name)
        where.kind = kind
        beds.keep(where, rows, by=supervisor)


def live_in_house(case: Case, number: int, by: Staff) -> None:
    """The place in a house of the person with that number this year, if there is one."""
    if number not in HOUSED | STAYED:
        return
    name, label, since, stayed = (HOUSED | STAYED)[number]
    starts_on = max(baku_today() - timedelta(days=since), case.opened_on)
    said = {"bed": Bed.objects.get(label=label), "name_to_use": name, "starts_on": starts_on, "visitors": ""}
    stay = stays.place(case, said | {"call_whom": "Sosial işçi; gecə növbətçi rəhbər"}, by=by)
    if stayed:
        stays.leave(stay, on=starts_on + timedelta(days=stayed), by=by)
    elif stay.ends_on <= baku_today() + stays.SOON:
        why = "Yeni yaşayış yeri hələ hazır deyil; 1 dekabrdan kirayə ev danışılıb."
        extensions.ask(stay, {"asked_for_by": "person", "days": 14, "reason": why}, by=by)


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
