"""The forms of a payment: to ask, to decide, to pay, to cancel."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter.clock import baku_today
from aidcenter.forms import Money, Text, day, pick
from aidcenter.templatetags.ui import azn
from cases import centre

LONGEST = 1000  # characters of a reason
_REASON = forms.Textarea({"rows": 3})


class AskForm(forms.Form):
    """What is asked for, how much, and to whose name."""

    kind = pick("payment_kind", radio=True, label=gettext_lazy("Kind"))
    amount = Money(label=gettext_lazy("Amount (AZN)"), required=False)
    payee = Text(
        label=gettext_lazy("Made out to"),
        max_length=200,
        required=True,
        help_text=gettext_lazy(
            "As in the identity paper; the accountant reads it until the payment is made."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fixed = {"amount": azn(centre.value("ALLOWANCE_AZN"))}
        self.fields["amount"].help_text = _("Leave it empty for the one-time allowance: %(amount)s.") % fixed


class DecisionForm(forms.Form):
    """The order that approves, or the reason for which it goes back."""

    order_number = Text(label=gettext_lazy("Order number"), max_length=50)
    order_on = day(label=gettext_lazy("Order date"), required=False, initial=baku_today)
    why = Text(label=gettext_lazy("Why it goes back"), max_length=LONGEST, widget=_REASON,
               help_text=gettext_lazy("Needed only when you return it."))  # fmt: skip


class CancelForm(forms.Form):
    """Why what was approved is not paid."""

    why = Text(label=gettext_lazy("Why it is cancelled"), max_length=LONGEST, required=True, widget=_REASON)


class PayForm(forms.Form):
    """When it was paid, and by which document."""

    paid_on = day(label=gettext_lazy("Paid on"), initial=baku_today)
    document_number = Text(label=gettext_lazy("Number of the payment document"), max_length=50, required=True)
