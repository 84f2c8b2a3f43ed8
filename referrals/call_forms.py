"""The form of a call to a body: most of it is filled in, for it is night."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aidcenter.forms import MINUTE, Text, moment
from referrals.calls import ToCall


class CallForm(forms.Form):
    """Who was spoken to, where, when."""

    reached = forms.TypedChoiceField(
        label=_("Did you reach somebody?"),
        choices=[("yes", _("Yes")), ("no", _("No, nobody answered"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    spoken_with = Text(label=_("Spoken with"), max_length=150)
    position = Text(label=_("Position"), max_length=100)
    number = Text(label=_("Number rung"), max_length=30, required=True)
    spoken_at = moment(label=_("When"))
    note = Text(
        label=_("What was said"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Nothing of the child."),
    )


def blank(about: ToCall) -> CallForm:
    """The form as it is shown first."""
    number = about.commission.phone_now if about.commission else ""
    now = timezone.localtime().strftime(MINUTE)
    return CallForm(initial={"reached": "yes", "number": number, "spoken_at": now})
