"""A voluntary referral to a partner: what is asked, the frozen sheet that leaves, and every word about it.

Words are only added, and the state of a referral follows from them (referrals/partner_triggers.py). The
partner reads the sheet and its words, never the referral or the case.
"""

import uuid

from django.db import models
from django.db.models import Case as Choice
from django.db.models import IntegerField, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.access import ReachQuerySet
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import ME, MY_ROLE, Reach, widen
from cases.models import Case, Consent, Provider, Victim
from referrals import partner_triggers

ANSWERED_SOON = ("sent", "delivered")
OPEN = (*ANSWERED_SOON, "accepted")
SAID_BY_PARTNER = ("received", "accepted", "declined", "question", "report")
READ_BY_PARTNER = (*SAID_BY_PARTNER, "answer")

# What is in the portal of the partner of whom the asking person is a member: until days after its end, and
# not while access to the case is stopped by order.
_MINE = (
    f"{MY_ROLE} = 'partner' AND way = 'portal' AND (open_until IS NULL OR open_until > now())"  # noqa: S608 - constants only
    f" AND provider_id IN (SELECT m.provider_id FROM referrals_partnermember m WHERE m.staff_id = {ME})"
    " AND partner_goes_on(case_id)"
)
# A withdrawn one says that it was withdrawn, and nothing else.
_ITS_SHEET = (
    f"{MY_ROLE} = 'partner' AND EXISTS (SELECT FROM referrals_partnersheet p"
    " WHERE p.id = referrals_partnerword.sheet_id AND p.state <> 'cancelled')"
)


def by_urgency() -> Choice:
    """A number to order by: what comes first is 0."""
    ranks = [When(urgency=code, then=Value(rank)) for rank, code in enumerate(("high", "medium"))]
    return Choice(*ranks, default=Value(2), output_field=IntegerField())


class PartnerMember(models.Model):
    """A person of a partner who signs in to answer what it is asked."""

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="partnership")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="members")

    reach = Reach(
        web="SI", worker="S", private=True, also_read=f"{ME} IS NOT NULL",
        add=f"{MY_ROLE} = 'administrator'",
    )  # fmt: skip

    class Meta:
        triggers = partner_triggers.MEMBER

    def __str__(self) -> str:
        return f"partner member {self.pk}"


class ReferralQuerySet(ReachQuerySet["Referral"]):
    """Referrals, by what people ask of them."""

    def unfinished(self) -> "ReferralQuerySet":
        """Those that somebody still has to do something about."""
        return self.filter(state__in=("due", "declined", *OPEN))

    def kept_by(self, person: Staff) -> "ReferralQuerySet":
        """Those that `person` wrote, or of a case that is theirs, while they may change it."""
        return self.changeable_by(person).filter(Q(author=person) | Q(case__owner=person))


class Referral(models.Model):
    """One service asked of one partner; declined, another may be asked. Inside the centre only.

    `asks` is whether the partner waits for an answer to a question. The database gives reference, state
    and moments.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=20, db_default="", editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+", db_index=False)
    service_type = CodeField("service_type", verbose_name=_("service"))
    asked = Encrypted(verbose_name=_("what is asked"), blank=False)
    why = Encrypted(verbose_name=_("why the person needs it"))
    urgency = CodeField("urgency", verbose_name=_("urgency"))
    wished_on = models.DateField(_("wished by"), null=True, blank=True)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    why_alone = Encrypted(verbose_name=_("why without consent"))
    state = CodeField("referral_state", verbose_name=_("state"), db_default="due", default="due")
    asks = models.BooleanField(db_default=False, default=False, editable=False)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    moved_at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(case="case", web="SIU", author="author_id", author_needs="change_until")
    objects = ReferralQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-made_at"], name="referral_of_case"),
            models.Index(fields=["state", "moved_at"], name="referral_unfinished",
                         condition=Q(state__in=["due", "declined", *OPEN])),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="referral_reference"),
            models.CheckConstraint(
                name="referral_consent_or_reason",
                condition=Q(consent__isnull=False) | Q(why_alone__isnull=False),
            ),
        ]
        ordering = ["-made_at"]
        triggers = partner_triggers.REFERRAL

    def __str__(self) -> str:
        return self.reference


class PartnerSheetQuerySet(ReachQuerySet["PartnerSheet"]):
    """Sheets, by who may reach them."""

    def sent_to(self, person: Staff) -> "PartnerSheetQuerySet":
        """Those in the portal of the partner that `person` is a member of, until its access ends."""
        lasts = Q(open_until__isnull=True) | Q(open_until__gt=Now())
        return self.filter(lasts, way="portal", provider__members__staff=person)

    def unanswered(self) -> "PartnerSheetQuerySet":
        """Those that wait in a portal for accepting or declining, of cases that no order has stopped."""
        goes_on = models.Func("case_id", function="partner_goes_on", output_field=models.BooleanField())
        return self.filter(goes_on, way="portal", state__in=ANSWERED_SOON)


class PartnerSheet(models.Model):
    """What left for one partner, frozen and encrypted under the person's key; one for each try.

    The database copies reference, service, urgency and wished day, which the inbox shows, and keeps the
    state. `open_days` after its end the partner reads it no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="sheets", db_index=False)
    number = models.PositiveSmallIntegerField(db_default=0, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    victim = models.ForeignKey(
        Victim, on_delete=models.PROTECT, related_name="+"
    )  # whose key is open to whom
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=20, db_default="", editable=False)
    service_type = CodeField("service_type", db_default="", default="")
    urgency = CodeField("urgency", db_default="", default="")
    wished_on = models.DateField(null=True)
    said = Encrypted(dict, blank=False)
    language = models.CharField(max_length=2)
    way = CodeField("referral_way")
    sent_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    state = CodeField("referral_state", db_default="sent", default="sent")
    open_days = models.PositiveSmallIntegerField()
    open_until = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    reach = Reach(
        case="case", web="SI", worker="SU", author="sent_by_id", author_needs="change_until", also_read=_MINE
    )
    objects = PartnerSheetQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["provider", "sent_at"], name="partner_inbox"),
            models.Index(fields=["sent_at"], name="partner_unanswered",
                         condition=Q(way="portal", state__in=ANSWERED_SOON)),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="partner_sheet_number"),
            models.CheckConstraint(name="partner_sheet_says", condition=Q(said__isnull=False)),
            models.CheckConstraint(
                name="partner_sheet_closes", condition=Q(open_days__gte=1, open_days__lte=366)
            ),
        ]
        ordering = ["-sent_at"]
        triggers = partner_triggers.SHEET

    def __str__(self) -> str:
        return f"{self.reference}/{self.number}"


class PartnerWord(models.Model):
    """Something that was said or done about a referral, by the partner or by the centre; only added.

    What a partner without account says is entered by the centre: `said_by` is who said it (or, of a sheet
    on paper, to whom it was given), `said_on` the day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="words")
    sheet = models.ForeignKey(PartnerSheet, on_delete=models.PROTECT, null=True, related_name="words")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="partner_words", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = CodeField("referral_word")
    text = Encrypted(verbose_name=_("what was said"))
    reason = CodeField("referral_end", blank=True, db_default="", default="")  # of a withdrawal
    outcome = CodeField("service_outcome", verbose_name=_("outcome"), blank=True, db_default="", default="")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    said_by = Encrypted(verbose_name=_("who said it"))
    said_on = models.DateField(_("on"), null=True, blank=True)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    reach = Reach(
        case="case",
        web="SI",
        author="author_id",
        author_needs="change_until",
        also_read=f"{_ITS_SHEET} AND kind IN {READ_BY_PARTNER}",
    )
    objects = ReachQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="partner_word_of_case")]
        constraints = [
            models.UniqueConstraint(fields=["sheet"], name="partner_sent_once", condition=Q(kind="sent")),
            models.CheckConstraint(
                name="partner_report_says",
                condition=~Q(kind="report") | Q(text__isnull=False, starts_on__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="partner_word_says",
                condition=~Q(kind__in=["declined", "question", "answer"]) | Q(text__isnull=False),
            ),
        ]
        ordering = ["at"]
        triggers = partner_triggers.WORD

    def __str__(self) -> str:
        return f"word {self.pk}"


class ConsentSends(Consent):
    """cases.Consent as referrals see it: only to hang the trigger on that stops what rests on it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = partner_triggers.CONSENT


# A member adds to what the own partner was sent, and opens it with the person's key while it lasts.
widen("referrals_partnerword", f"{_ITS_SHEET} AND kind IN {SAID_BY_PARTNER}", add=True)
widen(
    "cases_datakey",
    f"{MY_ROLE} = 'partner' AND EXISTS (SELECT FROM referrals_partnersheet p"
    " WHERE p.victim_id = cases_datakey.victim_id AND p.state <> 'cancelled')",
)
