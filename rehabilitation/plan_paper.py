"""A version of a plan as paper: what it says, lines to sign, its number, version and mark."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from aidcenter import codelists, papers
from aidcenter.templatetags.ui import dmy
from rehabilitation.models import Plan
from rehabilitation.plan_changes import goal_facts, plan_facts
from rehabilitation.plan_content import content

SKIPPED = ("domain", "text")


def pdf(plan: Plan, language: str) -> bytes:
    """The version in `language` (az, ru or en)."""
    with override(language):
        return papers.pdf("plan", _data(plan), language)


def _data(plan: Plan) -> dict[str, Any]:
    now, case = content(plan), plan.case
    title = _("Individual social rehabilitation plan")
    number = {"number": plan.number, "version": plan.version}
    head = [
        (_("Case"), plan.number),
        (_("Person"), case.victim.full_name or "–"),
        (_("Version"), f"{plan.version}, {plan.get_state_display()}"),  # type: ignore[attr-defined]
        (_("Caseworker"), case.owner.display_name),
    ]
    if plan.approved_hash and plan.decided_by:
        head.append((_("Approved"), f"{plan.decided_by.display_name}, {dmy(plan.decided_at)}"))
    return {
        "title": title,
        "foot": f"{title} · " + _("%(number)s, version %(version)s") % number,
        "head": head,
        "facts": _named(plan_facts(plan)),
        "goals": [_goal(goal) for goal in now.goals],
        "signers": _signers(plan),
        "mark": now.mark,
        "words": {
            "person": _("What the plan rests on"),
            "goals": _("Goals"),
            "signatures": _("Signatures"),
            "mark": _("Mark of this wording (SHA-256)"),
            "columns": [_("Service"), _("What is done"), _("Provider"), _("From – until")],
        },
    }


def _named(facts: dict[str, str]) -> list[tuple[str, str]]:
    return [(label[:1].upper() + label[1:], text) for label, text in facts.items() if text]


def _goal(goal: Any) -> dict[str, Any]:
    said = goal_facts(goal)
    hidden = {str(goal._meta.get_field(name).verbose_name) for name in SKIPPED} | {_("actions")}
    first = [(str(goal._meta.get_field("text").verbose_name), goal.text)]
    rest = [(label, text) for label, text in said.items() if label not in hidden]
    return {
        "domain": goal.get_domain_display(),
        "facts": _named(dict(first + rest)),
        "steps": [
            (step.get_service_type_display(), step.text or "", step.provider or "",
             "–".join(filter(None, [dmy(step.starts_on), dmy(step.due_on)])))
            for step in goal.steps
        ],
    }  # fmt: skip


def _signers(plan: Plan) -> list[tuple[str, str]]:
    names = {"caseworker": plan.case.owner.display_name}
    wanted = ("person", "guardian", "caseworker", "director") if plan.case.is_child else (
        "person", "caseworker", "director")  # fmt: skip
    return [(str(codelists.label("plan_signer", code)), names.get(code, "")) for code in wanted]
