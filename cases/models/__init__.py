"""The person, the case, who reaches it, and what is written down in it."""

from cases.models.access import CaseAccess, CaseTeamGrant, CaseUserGrant, Membership
from cases.models.case import (
    NAME_LENGTH,
    AgeCorrection,
    Case,
    CaseQuerySet,
    DataKey,
    StatusDecision,
    Victim,
)
from cases.models.record import Draft, Incident, IncidentStep, Note, SafetySheet
from cases.models.sharing import Absence, Offer, PossibleMatch, UrgentAccess

__all__ = [
    "NAME_LENGTH",
    "Absence",
    "AgeCorrection",
    "Case",
    "CaseAccess",
    "CaseQuerySet",
    "CaseTeamGrant",
    "CaseUserGrant",
    "DataKey",
    "Draft",
    "Incident",
    "IncidentStep",
    "Membership",
    "Note",
    "Offer",
    "PossibleMatch",
    "SafetySheet",
    "StatusDecision",
    "UrgentAccess",
    "Victim",
]
