"""The form of a body's decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aidcenter.forms import Text, pick


class DecisionForm(forms.Form):
    """What the body decided, under which number, on which day."""

    decision = pick("commission_decision", label=_("Decision"))
    decision_number = Text(label=_("Number of the decision"), max_length=50, required=True)
    decided_on = forms.DateField(
        label=_("Date of the decision"),
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        help_text=_("For example 23.11.2026."),
        widget=forms.TextInput(attrs={"class": "in-10"}),
    )
