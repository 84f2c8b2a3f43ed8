"""The models of the app: what is owed to state bodies, and what is asked of partners."""

from referrals.models.answer import BodyReminder, BodyWord, LetterFacts, Recusal
from referrals.models.authority import BODIES, Commission, Member
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
    "BodyReminder",
    "BodyWord",
    "CaseOwes",
    "Commission",
    "ConsentSends",
    "Delivery",
    "InboxItem",
    "LetterFacts",
    "Member",
    "Message",
    "Notification",
    "NotificationQuerySet",
    "PartnerMember",
    "PartnerSheet",
    "PartnerSheetQuerySet",
    "PartnerWord",
    "Recusal",
    "Referral",
]
