"""What is planned with a person and given: plans, services, the catalogue, and a place in a house."""

from rehabilitation.models.booking import Booking, CalendarChoice, Room
from rehabilitation.models.catalogue import CatalogueEdition, ServiceType
from rehabilitation.models.goal_template import GoalTemplate, TemplateEdition
from rehabilitation.models.house import House, LogEntry, Shift
from rehabilitation.models.payment import Payment
from rehabilitation.models.plan import Comment, Goal, GoalAction, Plan
from rehabilitation.models.progress import Progress, Review, Signature
from rehabilitation.models.report import Report
from rehabilitation.models.service import GroupSession, Service
from rehabilitation.models.stay import Bed, Stay, StayExtension
from rehabilitation.models.work import Work

__all__ = [
    "Bed",
    "Booking",
    "CalendarChoice",
    "CatalogueEdition",
    "Comment",
    "Goal",
    "GoalAction",
    "GoalTemplate",
    "GroupSession",
    "House",
    "LogEntry",
    "Payment",
    "Plan",
    "Progress",
    "Report",
    "Review",
    "Room",
    "Service",
    "ServiceType",
    "Shift",
    "Signature",
    "Stay",
    "StayExtension",
    "TemplateEdition",
    "Work",
]
