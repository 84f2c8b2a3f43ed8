"""What is planned with a person and given: plans, services, and a place in a house."""

from rehabilitation.models.house import House, LogEntry, Shift
from rehabilitation.models.payment import Payment
from rehabilitation.models.plan import Comment, Goal, GoalAction, Plan
from rehabilitation.models.progress import GoalTemplate, Progress, Review, Signature
from rehabilitation.models.service import Service
from rehabilitation.models.stay import Bed, Stay, StayExtension
from rehabilitation.models.work import Work

__all__ = [
    "Bed",
    "Comment",
    "Goal",
    "GoalAction",
    "GoalTemplate",
    "House",
    "LogEntry",
    "Payment",
    "Plan",
    "Progress",
    "Review",
    "Service",
    "Shift",
    "Signature",
    "Stay",
    "StayExtension",
    "Work",
]
