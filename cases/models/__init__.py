"""The person, the case, who reaches it, and what is written down in it."""

from cases.models.access import CaseAccess, CaseTeamGrant, CaseUserGrant, Membership
from cases.models.assessment import Assessment, Question, Questionnaire
from cases.models.case import (
    NAME_LENGTH,
    AgeCorrection,
    Case,
    CaseQuerySet,
    DataKey,
    StatusDecision,
    Victim,
)
from cases.models.caseimport import CaseImport
from cases.models.centre import CentreValue
from cases.models.closure import Closure
from cases.models.consent import Consent, ConsentText
from cases.models.document import Document, DocumentPart
from cases.models.enquiry import Enquiry
from cases.models.exploitation import ConnectedPerson, ExploitationProfile, RouteEvent
from cases.models.family import CaseLink
from cases.models.hook import Hook, HookEvent
from cases.models.kept import Kept, Revision
from cases.models.lists import Export, ExportFile, SavedList
from cases.models.order import AccessOrder
from cases.models.proceeding import Belonging, Disclosure, IdentityPaper, Proceeding
from cases.models.protection import FollowUp, Guardianship, ReflectionPeriod
from cases.models.provider import Provider
from cases.models.record import Draft, Incident, IncidentStep, Note, SafetySheet
from cases.models.sharing import Absence, Offer, PossibleMatch, UrgentAccess
from cases.models.staffing import StaffChange

__all__ = [
    "NAME_LENGTH",
    "Absence",
    "AccessOrder",
    "AgeCorrection",
    "Assessment",
    "Belonging",
    "Case",
    "CaseAccess",
    "CaseImport",
    "CaseLink",
    "CaseQuerySet",
    "CaseTeamGrant",
    "CaseUserGrant",
    "CentreValue",
    "Closure",
    "ConnectedPerson",
    "Consent",
    "ConsentText",
    "DataKey",
    "Disclosure",
    "Document",
    "DocumentPart",
    "Draft",
    "Enquiry",
    "ExploitationProfile",
    "Export",
    "ExportFile",
    "FollowUp",
    "Guardianship",
    "Hook",
    "HookEvent",
    "IdentityPaper",
    "Incident",
    "IncidentStep",
    "Kept",
    "Membership",
    "Note",
    "Offer",
    "PossibleMatch",
    "Proceeding",
    "Provider",
    "Question",
    "Questionnaire",
    "ReflectionPeriod",
    "Revision",
    "RouteEvent",
    "SafetySheet",
    "SavedList",
    "StaffChange",
    "StatusDecision",
    "UrgentAccess",
    "Victim",
]
