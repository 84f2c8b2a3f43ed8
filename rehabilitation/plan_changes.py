"""What one version of a plan says otherwise than another, word by word."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from aidcenter.templatetags.ui import dmy
from rehabilitation.models import Goal, Plan
from rehabilitation.plan_content import Content

LONGEST = 2000  # words that are compared one by one; a longer text is shown as replaced
KINDS = ("new", "changed", "gone", "same")
WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A run of words, and whether it is only in this version."""

    text: str
    only_here: bool


@dataclass(frozen=True)
class Part:
    """One field: what it is called, and its words before and now."""

    label: str
    before: list[Piece]
    now: list[Piece]

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return any(piece.only_here for piece in (*self.before, *self.now))


@dataclass
class GoalChange:
    """A goal (as it is now, or as it was when it is gone), and what of it differs."""

    goal: Any
    kind: str  # new, gone, changed or same
    parts: list[Part]
    comments: list[Any] = field(default_factory=list)
    to_say: Any = None  # the field in which a comment is written

    @property
    def facts(self) -> dict[str, str]:
        """What the goal says, whole."""
        return goal_facts(self.goal)


def words(before: str, now: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in runs of words, those that the other has not marked."""
    old, new = WORD.findall(before), WORD.findall(now)
    if len(old) + len(new) > LONGEST:
        same = before == now
        return [Piece(before, not same)] if before else [], [Piece(now, not same)] if now else []
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if b > a:
            left.append(Piece("".join(old[a:b]), kind != "equal"))
        if d > c:
            right.append(Piece("".join(new[c:d]), kind != "equal"))
    return left, right


def _part(label: object, before: str, now: str) -> Part:
    return Part(capfirst(str(label)), *words(before, now))


def _label(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def plan_facts(plan: Plan) -> dict[str, str]:
    """What a version says beside its goals, in words, by what it is called."""
    found = {_label(plan, name): getattr(plan, name) or "" for name in Plan.TEXTS}
    found[_label(plan, "participation")] = plan.get_participation_display() if plan.participation else ""  # type: ignore[attr-defined]
    found[_label(plan, "language")] = plan.get_language_display() if plan.language else ""  # type: ignore[attr-defined]
    days = ("starts_on", "ends_on", "next_review_on")
    return found | {_label(plan, name): dmy(getattr(plan, name)) for name in days}


def goal_facts(goal: Any) -> dict[str, str]:
    """What a goal says, in words, by what it is called; each action is a line."""
    who = " · ".join(
        filter(None, [goal.responsible.display_name if goal.responsible else "", goal.responsible_other])
    )
    found = {
        _label(goal, name): getattr(goal, name) or "" for name in ("text", "measure", "baseline", "target")
    }
    found |= {
        _label(goal, "domain"): goal.get_domain_display(),
        _label(goal, "priority"): goal.get_priority_display(),
        _label(goal, "responsible"): who,
        _label(goal, "due_on"): dmy(goal.due_on),
        _label(goal, "carried_why"): goal.carried_why or "",
        _("actions"): "\n".join(step_line(step) for step in goal.steps),
    }
    return found


def step_line(step: Any) -> str:
    """An action in one line."""
    days = "–".join(filter(None, [dmy(step.starts_on), dmy(step.due_on)]))
    return ", ".join(filter(None, [step.get_service_type_display(), step.text, step.provider, days]))


def _parts(before: dict[str, str], now: dict[str, str]) -> list[Part]:
    labels = [*now, *(label for label in before if label not in now)]
    return [
        _part(label, before.get(label, ""), now.get(label, ""))
        for label in labels
        if before.get(label) or now.get(label)
    ]


def plan_parts(before: Content | None, now: Content) -> list[Part]:
    """The fields beside the goals that differ."""
    parts = _parts(plan_facts(before.plan) if before else {}, plan_facts(now.plan))
    return [part for part in parts if part.changed]


def goal_changes(before: Content | None, now: Content) -> list[GoalChange]:
    """Each goal of the two versions: what is new, changed or the same in its order, then what is gone."""
    old: dict[Any, Goal] = {goal.same_as: goal for goal in before.goals} if before else {}
    found = []
    for goal in now.goals:
        then = old.pop(goal.same_as, None)
        parts = _parts(goal_facts(then) if then else {}, goal_facts(goal))
        changed = [part for part in parts if part.changed]
        kind = "new" if then is None else "changed" if changed else "same"
        found.append(GoalChange(goal, kind, changed))
    gone = [GoalChange(goal, "gone", [_part(_label(goal, "text"), goal.text, "")]) for goal in old.values()]
    return [*found, *gone]
