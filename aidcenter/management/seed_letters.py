"""What the letters to the bodies say of the children of this year in the demo."""

from aidcenter.models import Staff
from cases import records
from cases.kinds import KINDS
from cases.models import Case, ConnectedPerson
from referrals import letter_facts

AROUND = (
    {"name": "Sevda", "relation": "mother", "contact": "+994 55 555 20 30", "roles": ["family"]},
    {"name": "Rauf", "relation": "father", "contact": "+994 55 555 20 31", "dangerous": True},
)
SAID = {
    "accompanied": "unaccompanied",
    "needs": ["medical_consent", "documents"],
    "taken": ["safe_place", "basic_needs", "medical"],
    "asked": ["appoint_guardian", "meet_child", "education", "family_work"],
    "informed": "yes",
    "views": "Xalası ilə yaşamaq istəyir.",
}


def tell(case: Case, by: Staff) -> None:
    """The parents of the child, and what its caseworker says for the letters."""
    for said in AROUND:
        records.add(KINDS["people"], ConnectedPerson(case=case, victim=case.victim, **said), by=by)
    letter_facts.tell(case, dict(SAID), by=by)
