"""What is given to a person: services, and a place in a house."""

from rehabilitation.models.house import House, LogEntry, Shift, Stay
from rehabilitation.models.service import Service

__all__ = ["House", "LogEntry", "Service", "Shift", "Stay"]
