"""What is written down in some cases of the demo, and the house with its roster."""

from datetime import timedelta

from django.utils import timezone

from aidcenter.context import acting_as
from aidcenter.models import Staff
from aidcenter.roles import Role
from cases import care_team, notes, safety
from cases.models import Case, SafetySheet
from rehabilitation import house
from rehabilitation.models import House

SHEET = {
    "danger": "Onu axtaran bir qohumu var, Nəsimidə yaşayır.",
    "must_not_learn": "Dayısı; özünü məktəb işçisi kimi təqdim edə bilər.",
    "safe_name": "Poliklinikanın qeydiyyatından zəng edirik.",
    "medicine": "Səhərlər yarım həb, qutu növbətçidədir.",
    "allergies": "Penisillin",
    "if_missing": "Əvvəlcə sosial işçiyə, sonra 102-yə zəng edin.",
}


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
