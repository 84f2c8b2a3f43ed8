"""Assessing: the risk that follows from the answers, and what changed since the last time."""

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit
from aidcenter.access import require
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.editions import MOST, Edition, line
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases.models import Assessment, Case, Question, Questionnaire

LEVELS = ("low", "medium", "high")
ACUTE, GREAT = 4, 3  # scores
RISKS = ("individual_risk", "household_risk", "community_risk")


def asked_now() -> list[Question]:
    """The questions of the newest questionnaire."""
    newest = Questionnaire.objects.first()
    return list(newest.questions.all()) if newest else []


@dataclass(frozen=True)
class Asked:
    """A question as an administrator writes it."""

    domain: str
    text_az: str
    text_ru: str = ""
    text_en: str = ""


SAID = tuple(each.name for each in fields(Asked))


def editions() -> list[Edition]:
    """The questionnaires, the newest first, as many as are looked at."""
    rows = Questionnaire.objects.select_related("made_by").prefetch_related("questions")[: MOST + 1]
    found = []
    for row in rows:
        said = [{name: getattr(each, name) for name in SAID} for each in row.questions.all()]
        found.append(Edition(row.pk, row.made_at, row.made_by, said, [line(each) for each in said]))
    return found


@act
def edit_questions(asked: list[Asked], *, by: Staff) -> Questionnaire:
    """A new version of the questionnaire."""
    require(by, Verb.EDIT_QUESTIONS)
    if not asked:
        raise ValidationError(_("A questionnaire needs a question."))
    made = Questionnaire.objects.create(made_by=by)
    for position, each in enumerate(asked):
        Question.objects.create(questionnaire=made, position=position, **vars(each))
    audit.record("questions.edit", by=by, number=made.pk)
    return made


def derived_risk(scores: list[int], risks: list[str]) -> str:
    """The highest of the three risks; an acute need is a high one, a great need at least a medium one."""
    worst = max(scores, default=0)
    from_needs = LEVELS[2] if worst >= ACUTE else LEVELS[1] if worst >= GREAT else LEVELS[0]
    return max([from_needs, *risks], key=LEVELS.index)


@act
def assess(case: Case, said: dict[str, Any], answers: dict[str, dict[str, Any]], *, by: Staff) -> Assessment:
    """Keep an assessment; the case takes its risk.

    `said` has kind, assessed_on, the three risks, needs, risk_level ("" as derived) and why_risk.
    `answers` are those to all the questions that are asked now.
    """
    require(by, Verb.CHANGE_CASE)
    questions = asked_now()
    if not questions:
        raise ValidationError(_("There are no questions yet: an administrator writes them."))
    if set(answers) != {str(question.pk) for question in questions}:
        raise ValidationError(_("The questions were changed meanwhile; answer the new ones too."))
    if not case.opened_on <= said["assessed_on"] <= baku_today():
        raise ValidationError(
            {"assessed_on": _("The day must lie between the opening of the case and today.")}
        )
    derived = derived_risk([each["score"] for each in answers.values()], [said[name] for name in RISKS])
    level = said["risk_level"] or derived
    if level != derived and not said["why_risk"]:
        raise ValidationError(
            {"why_risk": _("Say why the risk is not the one that follows from the answers.")}
        )
    made = Assessment.objects.create(
        **said | {"risk_level": level}, case=case, victim=case.victim, author=by,
        questionnaire=questions[0].questionnaire, answers=answers,
    )  # fmt: skip
    case.risk_level = level
    case.save(update_fields=["risk_level"])
    audit.record("assessment.add", by=by, case=case.pk, ids=[made.pk], kind=made.kind, risk=level)
    return made


class Line(NamedTuple):
    """One question: what it is, the score then (None when it was not asked) and now, and the note."""

    question: Question
    before: int | None
    now: int
    note: str

    @property
    def change(self) -> int:
        """Less need is below 0."""
        return 0 if self.before is None else self.now - self.before


def compared(now: Assessment, before: Assessment | None) -> list[Line]:
    """The answers of `now` beside those to the same question, else the same domain, in `before`."""
    then = before.answers if before else {}
    by_domain: dict[str, int] = {}
    if before:
        for question in before.questionnaire.questions.all():
            score = then.get(str(question.pk), {}).get("score", 0)
            by_domain[question.domain] = max(score, by_domain.get(question.domain, 0))
    lines = []
    for question in now.questionnaire.questions.all():
        answer = now.answers[str(question.pk)]
        same = then.get(str(question.pk), {}).get("score", by_domain.get(question.domain))
        lines.append(Line(question, same, answer["score"], answer["note"]))
    return lines
