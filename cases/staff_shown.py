"""What a change of somebody's account means, in words: before and after, and what happens by it."""

from typing import Any

from django.utils.translation import gettext as _

from aidcenter import codelists
from aidcenter.models import Staff, Team
from aidcenter.preview import Fact, Shown
from aidcenter.roles import Role
from cases import staffing
from cases.models import StaffChange


def team_names() -> dict[int, str]:
    """What each team is called now, by id."""
    return dict(Team.objects.values_list("pk", "name"))


def facts_of(row: StaffChange, teams: dict[int, str]) -> list[Fact]:
    """What a change that was asked says, before and after; `teams` are the names of the teams."""
    now = {"role": row.role, "team": row.team_id, "profession": row.profession, "email": row.email}
    return _facts(None if row.opens else row.before, now, teams)


def what_changes(person: Staff | None, said: dict[str, Any], by: Staff) -> Shown:
    """What pressing the button would do to `person`; None: a new account."""
    now = {name: said[name] for name in staffing.SAID} | {"team": said["team"] and said["team"].pk}
    there = person if person and person.is_active else None
    before = _now(there) if there else None
    notes = []
    if before and any(before[name] != now[name] for name in staffing.POST):
        notes.append(
            _(
                "What belongs to the post of before ends at once: cases go to the colleague whom you choose; "
                "shares, offers, absences, exports and keys for programs end."
            )
        )
    if staffing.waits_for_another(person, said, by):
        notes.append(_("A supervisor or the director puts it in force, after they have looked at it."))
    else:
        notes.append(_("It takes effect at once."))
    notes.append(_("The person is told.") if there else _("The codes are shown once, to be handed over."))
    return Shown(_facts(before, now, team_names()), notes)


def _now(person: Staff) -> dict[str, Any]:
    return {name: getattr(person, name) for name in staffing.SAID} | {"team": person.team_id}


def _facts(before: dict[str, Any] | None, now: dict[str, Any], teams: dict[int, str]) -> list[Fact]:
    """The things that differ; of a new account those that say something."""

    def word(name: str, value: Any) -> str:
        if not value:
            return "–"
        if name == "role":
            return str(Role(value).label)
        if name == "team":
            return teams.get(value, "–")
        return str(codelists.label("profession", value)) if name == "profession" else str(value)

    labels = {"role": _("Role"), "team": _("Team"), "profession": _("Profession"), "email": _("E-mail")}
    return [
        Fact(label, None if before is None else word(name, before.get(name)), word(name, now[name]))
        for name, label in labels.items()
        if (now[name] if before is None else before.get(name) != now[name])
    ]
