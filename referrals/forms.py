"""The forms about notifications: the body's decision and questions, the centre's answers and letters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.forms import PickMany, Text, day, pick
from referrals.actions import Decision
from referrals.paper_answer import Paper
from referrals.questions import may_ask_for
from referrals.uploads import scan

MUCH = 2000  # characters
SHORT_DAY: dict[str, Any] = {
    "input_formats": ["%d.%m.%Y", "%Y-%m-%d"],
    "widget": forms.TextInput(attrs={"class": "in-10"}),
}


def _text(label: Any, **kwargs: Any) -> Text:
    return Text(label=label, max_length=MUCH, widget=forms.Textarea({"rows": 4}), **kwargs)


class DecisionForm(forms.Form):
    """What the body decided, under which number, on which day; and its paper."""

    decision = pick("commission_decision", label=_("Decision"))
    decision_number = Text(label=_("Number of the decision"), max_length=50, required=True)
    decided_on = forms.DateField(
        label=_("Date of the decision"), help_text=_("For example 23.11.2026."), **SHORT_DAY
    )
    file = scan(required=False)


def decision_of(said: dict[str, Any]) -> Decision:
    """What the form says."""
    content = said["file"].read() if said.get("file") is not None else b""
    return Decision(said["decision"], said["decision_number"], said["decided_on"], content)


class AskForm(forms.Form):
    """A question to the centre; or a further field, and why it is needed."""

    field = forms.ChoiceField(
        label=_("About"), required=False, help_text=_("A further field needs the centre's approval.")
    )
    text = _text(_("Your question, or why you need it"))

    def __init__(self, *args: Any, body: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [code for code in codelists.codes("extract_extra") if may_ask_for(body, code)]
        field: Any = self.fields["field"]
        field.choices = [("", _("a question")), *((c, codelists.label("extract_extra", c)) for c in codes)]


class ReplyForm(forms.Form):
    """What the body is answered."""

    text = _text(_("Answer to the body"))


class ProposalForm(forms.Form):
    """What the body would be told of the field that it asks for."""

    text = _text(
        _("Exactly this is sent"), help_text=_("A supervisor approves it; until then nothing leaves.")
    )


class RefusalForm(forms.Form):
    """Why it is not given."""

    text = _text(_("Why it is not given"))


class PaperForm(forms.Form):
    """A letter of the body: its number and day, what it says, and its scan."""

    decision = forms.ChoiceField(label=_("What the letter says"), required=False)
    number = Text(label=_("Number of the letter"), max_length=50, required=True)
    on = day(label=_("Date of the letter"))
    file = scan()

    def __init__(self, *args: Any, received: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receipt = [] if received else [("", _("the receipt is confirmed"))]
        field: Any = self.fields["decision"]
        field.choices, field.required = [*receipt, *codelists.choices("commission_decision")], received


def paper_of(said: dict[str, Any]) -> Paper:
    """What the form says."""
    return Paper(said["number"], said["on"], said["file"].read(), said["decision"])


class FactsForm(forms.Form):
    """What the letters to the bodies say beside what the case holds: codes, and the child's own wish."""

    accompanied = pick("child_accompanied", label=_("With whom the child is"))
    needs = PickMany(
        "urgent_need", boxes=True, label=_("Needed urgently"),
        help_text=_("Medical and psychological needs go to the guardianship authority only."),
    )  # fmt: skip
    taken = PickMany("measure_taken", boxes=True, label=_("Measures already taken"))
    asked = PickMany("commission_measure", boxes=True, label=_("Asked of the bodies"),
                     help_text=_("Each body reads what it can do."))  # fmt: skip
    informed = pick("child_informed", label=_("Is the child informed"))
    views = _text(
        _("What the child wishes, in words meant for the bodies"),
        help_text=_("No place, no names of others, nothing of what happened."),
    )
