"""What is written into a case: the forms of a note, a document, a decision, the closing and an assessment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from aidcenter import codelists, workflow
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day, pick
from cases.models import Case, Document, Question

LONGEST_NOTE = 20_000  # characters
LONGEST = 5000  # characters of another text
LONGEST_ANSWER = 2000
ENDS: list[Any] = [(code, label) for code, label in codelists.choices("case_state") if code in Case.CLOSED]
SCORES = codelists.choices("need_score")


class NoteForm(forms.Form):
    """What happened, and for whom it is."""

    kind = pick("note_kind", label=gettext_lazy("Kind"))
    section = forms.ChoiceField(label=gettext_lazy("Who reads it"), required=False)
    text = Text(
        label=gettext_lazy("Text"), max_length=LONGEST_NOTE, required=True, widget=forms.Textarea({"rows": 8})
    )
    line = Text(
        label=gettext_lazy("One line for the caseworker"),
        help_text=gettext_lazy("The only thing of this note that the caseworker and the supervisor read."),
        max_length=200,
    )

    def __init__(self, *args: Any, sections: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sections:
            del self.fields["section"], self.fields["line"]
            return
        field: Any = self.fields["section"]
        field.choices = [
            *((section, codelists.label("section", section)) for section in sections),
            ("", gettext_lazy("everybody who reads the case")),
        ]


class CallForm(forms.Form):
    """Whether the person was reached by telephone, and what was said."""

    words = Text(
        label=gettext_lazy("What was said"),
        help_text=gettext_lazy("May stay empty. It is kept as a note of the case."),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )
    reached = forms.ChoiceField(
        label=gettext_lazy("Was the person reached?"),
        choices=[("yes", gettext_lazy("Reached")), ("no", gettext_lazy("Not reached"))],
    )


class DocumentForm(forms.Form):
    """The file, and what it is."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,  # refused with a reason of its own
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png,.webp", "class": "form-control"}),
        help_text=gettext_lazy(
            "PDF, JPEG, PNG or WebP. What the camera wrote into a picture, such as the place, is left out."
        ),
    )
    kind = pick("document_kind", label=gettext_lazy("Kind"))
    section = forms.ChoiceField(label=gettext_lazy("Who reads it"), required=False)
    title = Text(label=gettext_lazy("What it is"), max_length=200)
    replaces = forms.ChoiceField(label=gettext_lazy("New version of"), required=False)

    def __init__(self, *args: Any, sections: list[str], rows: list[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["section"]
        field.choices = [
            ("", gettext_lazy("everybody who reads the case")),
            *((section, codelists.label("section", section)) for section in sections),
        ]
        if not sections:
            del self.fields["section"]
        newest: Any = self.fields["replaces"]
        newest.choices = [("", "–"), *((str(row.pk), row.name) for row in rows)]
        if not rows:
            newest.widget = forms.HiddenInput()


class DecisionForm(forms.Form):
    """What was decided, by whom, on what basis."""

    status = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    decided_by = pick("status_decided_by", label=gettext_lazy("Deciding body"), required=False)
    document_number = Text(label=gettext_lazy("Number of the decision"), max_length=50)
    decided_on = day(label=gettext_lazy("Date of the decision"), required=False)
    basis = Text(
        label=gettext_lazy("Basis"), max_length=LONGEST, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Which indicators, which documents. The person may read it."),
    )  # fmt: skip
    then = forms.ChoiceField(
        label=gettext_lazy("If not identified as a victim, the case is"), choices=ENDS, required=False,
        initial="closed_referred", widget=forms.RadioSelect,
        help_text=gettext_lazy("A supervisor approves it. What was sent to the state bodies stays."),
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = workflow.VICTIM.steps[case.victim_status]
        field: Any = self.fields["status"]
        field.choices = [row for row in codelists.choices("victim_status") if row[0] in ways]


class ClosingForm(forms.Form):
    """How and why the case is closed."""

    to = forms.ChoiceField(
        label=gettext_lazy("How"), choices=ENDS, widget=forms.RadioSelect, initial="closed"
    )
    reason = pick("closure_reason", label=gettext_lazy("Reason"))
    summary = Text(
        label=gettext_lazy("Summary"), max_length=LONGEST, required=True, widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy("What was reached, what is left, who helps from now on."),
    )  # fmt: skip


class AssessmentForm(forms.Form):
    """The questions that are asked now, each with a score and a note; the risks; what is needed at once."""

    kind = pick("assessment_kind", label=gettext_lazy("Kind"))
    assessed_on = day(label=gettext_lazy("Day"), initial=baku_today)
    individual_risk = pick("risk_level", label=gettext_lazy("Risk to the person"), radio=True)
    household_risk = pick("risk_level", label=gettext_lazy("Risk in the household"), radio=True)
    community_risk = pick("risk_level", label=gettext_lazy("Risk in the community"), radio=True)
    needs = Text(
        label=gettext_lazy("What is needed at once"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea({"rows": 3}),
    )
    risk_level = pick(
        "risk_level", label=gettext_lazy("Set the risk otherwise"), required=False,
        help_text=gettext_lazy(
            "Left open, it follows from the answers: the highest of the three, and of acute needs."
        ),
    )  # fmt: skip
    why_risk = Text(label=gettext_lazy("Why"), max_length=LONGEST_ANSWER)

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"score-{question.pk}"] = forms.TypedChoiceField(
                label=question.text, choices=SCORES, coerce=int, widget=forms.RadioSelect
            )
            self.fields[f"note-{question.pk}"] = Text(label=gettext_lazy("Note"), max_length=LONGEST_ANSWER)

    @property
    def parts(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """(domain, score, note) of each question."""
        return [
            (each.get_domain_display(), self[f"score-{each.pk}"], self[f"note-{each.pk}"])  # type: ignore[attr-defined]
            for each in self.questions
        ]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """As the assessment keeps them."""
        said = self.cleaned_data
        return {
            str(each.pk): {"score": said[f"score-{each.pk}"], "note": said[f"note-{each.pk}"]}
            for each in self.questions
        }

    @property
    def general(self) -> dict[str, Any]:
        """What is said beside the questions."""
        return {name: self.cleaned_data[name] for name in AssessmentForm.base_fields}
