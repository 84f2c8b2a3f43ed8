"""Whether the person is a victim, as a body decided it: each decision is kept, the last one holds."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.access import require
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import closing
from cases.models import Case, StatusDecision


@act
def decide_status(case: Case, said: dict[str, Any], *, then: str, today: date, by: Staff) -> StatusDecision:
    """Record a decision: `said` has status, decided_by, document_number, decided_on and basis.

    Found not to be a victim, the case is asked to be closed as `then` says; notifications sent stay.
    """
    require(by, Verb.CHANGE_CASE)
    workflow.VICTIM.check(case.victim_status, said["status"])
    _checked(said, today)
    made = StatusDecision.objects.create(case=case, victim=case.victim, entered_by=by, **said)
    case.victim_status = made.status
    case.save(update_fields=["victim_status"])
    audit.record("status.decide", by=by, case=case.pk, ids=[made.pk], status=made.status)
    if made.status == "not_victim" and case.state not in Case.CLOSED and not closing.open_request(case):
        asked = {"to": then, "reason": "not_victim", "summary": said["basis"]}
        closing.ask(case, asked, by=by)
    return made


def _checked(said: dict[str, Any], today: date) -> None:
    found = {}
    if said["decided_on"] and said["decided_on"] > today:
        found["decided_on"] = _("This day has not come yet.")
    if said["status"] == "confirmed":
        needed = _("A confirmed victim needs the deciding body and its document.")
        found |= {name: needed for name in ("decided_by", "document_number") if not said[name]}
    if said["status"] == "not_victim" and not said["basis"]:
        found["basis"] = _("Say on what basis.")
    if found:
        raise ValidationError(found)
