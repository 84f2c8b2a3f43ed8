"""Money paid to a person: the one-time allowance and reintegration payments.

One asks, another approves with an order, the accountant records the day of payment. What was asked
stands, and no row is ever deleted.
"""

import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField
from aidcenter.models import Staff
from aidcenter.reach import MY_ROLE, Reach, widen
from cases.models import Case, Victim
from rehabilitation import payment_triggers
from rehabilitation.models.decided import ByAnotherQuerySet

LIVE = ("requested", "approved", "paid")
MOST = Decimal(100_000)  # AZN; nothing a centre pays to one person comes near

# The director reads the one that is theirs to decide, until it is decided; the accountant what is to be
# paid or was. What was written about a refusal is in neither; an order that stops access holds here too.
_FOR_DIRECTOR = f"{MY_ROLE} = 'director' AND for_director AND payment_goes_on(case_id)"
_FOR_ACCOUNTANT = (
    f"{MY_ROLE} = 'accountant' AND (state = 'paid' OR state = 'approved' AND payment_goes_on(case_id))"
)


class PaymentQuerySet(ByAnotherQuerySet["Payment"]):
    """Payments, by what people ask of them."""

    def to_decide(self, person: Staff) -> "PaymentQuerySet":
        """Those that `person` may approve or return."""
        return self.decided_by(person).filter(state="requested")

    def returned_to(self, person: Staff) -> "PaymentQuerySet":
        """What `person` asked for, came back, and was not asked for again."""
        rows = self.changeable_by(person).filter(state="returned", author=person)
        again = Payment.objects.filter(case=OuterRef("case"), kind=OuterRef("kind"))
        return rows.exclude(Exists(again.filter(asked_at__gt=OuterRef("asked_at"))))

    def to_pay(self) -> "PaymentQuerySet":
        """Those that wait for the accountant, the oldest approval first."""
        return self.filter(state="approved").order_by("decided_at")

    def paid_in(self, year: int) -> "PaymentQuerySet":
        """Those that were paid in `year`, the last first."""
        return self.filter(state="paid", paid_on__year=year).order_by("-paid_on", "-settled_at")


class Payment(models.Model):
    """One payment in AZN. The name it is made out to is encrypted under the person's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="payments", db_index=False)
    victim = models.ForeignKey(Victim, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20, db_default="", editable=False)  # of the case
    kind = CodeField("payment_kind", verbose_name=_("kind"))
    amount = models.DecimalField(_("amount (AZN)"), max_digits=10, decimal_places=2)
    payee = Encrypted(verbose_name=_("made out to"), blank=False)
    state = CodeField("payment_state", verbose_name=_("state"), db_default="requested", default="requested")
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    for_director = models.BooleanField(db_default=False, default=False, editable=False)

    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    order_number = models.CharField(_("order number"), max_length=50, db_default="", default="")
    order_on = models.DateField(_("order date"), null=True)
    why = Encrypted(verbose_name=_("why it was returned or cancelled"))

    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True)
    document_number = models.CharField(
        _("number of the payment document"), max_length=50, db_default="", default=""
    )

    reach = Reach(
        case="case",
        web="SIU",
        author="author_id",
        author_needs="change_until",
        # the update itself must still see the row that it has just decided
        also_read=f"{_FOR_DIRECTOR} AND (state = 'requested' OR decided_at >= transaction_timestamp())"
        f" OR {_FOR_ACCOUNTANT}",
        also_change=f"{_FOR_DIRECTOR} AND state IN ('requested', 'approved', 'returned')"
        f" OR {_FOR_ACCOUNTANT}",
    )
    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "-asked_at"], name="payment_of_case"),
            models.Index(fields=["victim"], name="payment_of_victim"),  # whose key is open to whom
            models.Index(fields=["state", "asked_at"], name="payment_waits",
                         condition=Q(state__in=["requested", "approved"])),
            models.Index(fields=["-paid_on"], name="payment_paid_on", condition=Q(state="paid")),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["victim"], name="payment_one_time_once", condition=Q(kind="one_time", state__in=LIVE)
            ),
            models.CheckConstraint(name="payment_amount_sane", condition=Q(amount__gt=0, amount__lte=MOST)),
            models.CheckConstraint(name="payment_has_payee", condition=Q(payee__isnull=False)),
            models.CheckConstraint(
                name="payment_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(
                name="payment_decided_with_state",
                condition=Q(state="requested", decided_by__isnull=True, decided_at__isnull=True)
                | Q(~Q(state="requested"), decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="payment_approved_by_order",
                condition=Q(state__in=["requested", "returned"], order_number="", order_on__isnull=True)
                | Q(
                    Q(state__in=["approved", "paid", "cancelled"]),
                    ~Q(order_number=""),
                    order_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="payment_paid_with_document",
                condition=Q(~Q(state="paid"), paid_on__isnull=True, document_number="")
                | Q(Q(state="paid"), ~Q(document_number=""), paid_on__gte=F("order_on")),
            ),
            models.CheckConstraint(
                name="payment_refused_with_reason",
                condition=Q(state__in=["returned", "cancelled"], why__isnull=False)
                | Q(~Q(state__in=["returned", "cancelled"]), why__isnull=True),
            ),
        ]
        ordering = ["-asked_at"]
        triggers = payment_triggers.PAYMENT

    def __str__(self) -> str:
        return f"payment {self.pk}"


# The key opens to the accountant for the name on what waits to be paid; to the director, to say why
# the one that waits for them goes back.
widen(
    "cases_datakey",
    f"{MY_ROLE} IN ('accountant', 'director') AND EXISTS (SELECT FROM rehabilitation_payment p"
    " WHERE p.victim_id = cases_datakey.victim_id"
    f" AND p.state = CASE {MY_ROLE} WHEN 'accountant' THEN 'approved' ELSE 'requested' END)",
)
