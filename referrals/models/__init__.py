"""The models of the app: what is owed to state bodies, and what is asked of partners."""

from referrals.models.answer import BodyReminder, BodyWord, LetterFacts, Recusal
from referrals.models.authority import (
    BODIES,
    Commission,
    CommissionContact,
    CommissionFor,
    CommissionName,
    DistrictSeen,
    Member,
    MemberAway,
)
from referrals.models.drill import DrillCall, DrillRun
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
from referrals.models.outside import Circuit, Health, Heartbeat, Webhook
from referrals.models.partner import (
    ConsentSends,
    PartnerMember,
    PartnerSheet,
    PartnerSheetQuerySet,
    PartnerWord,
    Referral,
)
from referrals.models.rule import Rule

__all__ = [
    "BODIES",
    "FIRST",
    "TELEPHONE",
    "Attempt",
    "BodyReminder",
    "BodyWord",
    "Call",
    "CaseOwes",
    "Circuit",
    "Commission",
    "CommissionContact",
    "CommissionFor",
    "CommissionName",
    "ConsentSends",
    "Delivery",
    "DistrictSeen",
    "DrillCall",
    "DrillRun",
    "Health",
    "Heartbeat",
    "InboxItem",
    "LadderStep",
    "LetterFacts",
    "Member",
    "MemberAway",
    "Message",
    "Notification",
    "NotificationQuerySet",
    "OwedMail",
    "PartnerMember",
    "PartnerSheet",
    "PartnerSheetQuerySet",
    "PartnerWord",
    "Recusal",
    "Referral",
    "Rule",
    "Webhook",
]
