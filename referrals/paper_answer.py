"""A body answered on paper: the centre records the receipt or the decision, with its scan."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from aidcenter import audit, workflow
from aidcenter.clock import baku_today
from aidcenter.context import act
from aidcenter.models import Staff
from aidcenter.roles import Verb
from cases import documents
from cases.models import Document
from referrals import actions
from referrals.models import Notification


@dataclass(frozen=True)
class Paper:
    """The number and day of the body's letter, its scan, and what it decides: "" for a mere receipt."""

    number: str
    on: date
    scan: bytes
    decision: str = ""


@act
def record(notification: Notification, paper: Paper, *, by: Staff) -> None:
    """Record what a body answered on paper; a decision says that it has received the notification too."""
    row = actions.locked(notification, by, Verb.ANSWER_BODY)
    if row.state == "decided":
        raise ValidationError(_("A decision is recorded already; it stands."))
    if paper.on > baku_today():
        raise ValidationError({"on": _("A letter cannot be dated in the future.")})
    if row.state == "acknowledged" and not paper.decision:
        raise ValidationError(_("The receipt is confirmed already. Record the decision when it comes."))
    kind = "decision" if paper.decision else "letter"
    scan = documents.add(notification.case, documents.Upload(kind, paper.scan), by=by)
    if row.state != "acknowledged":
        _received(row, paper, scan, by)
    if paper.decision:
        actions.write_decision(row, actions.Decision(paper.decision, paper.number, paper.on), scan, by=by)
    audit.record("notification.paper_answer", by=by, case=row.case_id, ids=[row.pk, scan.pk], kind=kind)


def _received(row: Notification, paper: Paper, scan: Document, by: Staff) -> None:
    workflow.NOTIFICATION.check(row.state, "acknowledged")
    actions.change(
        row, state="acknowledged", acknowledged_at=Now(), acknowledged_by=by, receipt_scan=scan,
        paper_number=paper.number, paper_on=paper.on, acknowledged_number=actions.last_arrived(row),
    )  # fmt: skip
