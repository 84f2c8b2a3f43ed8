"""The people who work with the system, what they chose, and the record of who looked."""

from aidcenter.models.keys import ApiOnce, ApiToken, Counter, IndexKey
from aidcenter.models.notices import HeldNotice, NoticeChoice, Way
from aidcenter.models.record import AuditBlock, AuditEvent
from aidcenter.models.staff import Recovery, Staff, Team, Theme
from aidcenter.models.wording import CodeText

__all__ = [
    "ApiOnce",
    "ApiToken",
    "AuditBlock",
    "AuditEvent",
    "CodeText",
    "Counter",
    "HeldNotice",
    "IndexKey",
    "NoticeChoice",
    "Recovery",
    "Staff",
    "Team",
    "Theme",
    "Way",
]
