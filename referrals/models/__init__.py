"""The models of the app: what is owed to state bodies, and what is asked of partners."""

from referrals.models.authority import BODIES, Commission, Member
from referrals.models.ladder import FIRST, TELEPHONE, Call, LadderStep, OwedMail
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
    "FIRST",
    "TELEPHONE",
    "Attempt",
    "Call",
    "CaseOwes",
    "Commission",
    "ConsentSends",
    "Delivery",
    "InboxItem",
    "LadderStep",
    "Member",
    "Message",
    "Notification",
    "NotificationQuerySet",
    "OwedMail",
    "PartnerMember",
    "PartnerSheet",
    "PartnerSheetQuerySet",
    "PartnerWord",
    "Referral",
]
