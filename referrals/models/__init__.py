"""The models of the app: what is owed to state bodies, and what is asked of partners."""

from referrals.models.authority import (
    BODIES,
    Commission,
    CommissionFor,
    CommissionName,
    DistrictSeen,
    Member,
    MemberAway,
)
from referrals.models.drill import DrillCall, DrillRun
from referrals.models.notification import (
    Attempt,
    CaseOwes,
    Delivery,
    InboxItem,
    Message,
    Notification,
    NotificationQuerySet,
)
from referrals.models.partner import (
    ConsentSends,
    PartnerMember,
    PartnerSheet,
    PartnerSheetQuerySet,
    PartnerWord,
    Referral,
)

__all__ = [
    "BODIES",
    "Attempt",
    "CaseOwes",
    "Commission",
    "CommissionFor",
    "CommissionName",
    "ConsentSends",
    "Delivery",
    "DistrictSeen",
    "DrillCall",
    "DrillRun",
    "InboxItem",
    "Member",
    "MemberAway",
    "Message",
    "Notification",
    "NotificationQuerySet",
    "PartnerMember",
    "PartnerSheet",
    "PartnerSheetQuerySet",
    "PartnerWord",
    "Referral",
]
