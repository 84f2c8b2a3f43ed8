"""The forms of a referral: to prepare, to send, to ask again; what a partner says; its accounts."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day, pick
from cases.models import Case, Provider
from referrals.models import Referral
from referrals.partner_members import partners

LONGEST = 1000  # characters
_LINES = {"rows": 3}


def _text(label: Any, **kwargs: Any) -> Text:
    return Text(label=label, max_length=LONGEST, widget=forms.Textarea(_LINES), **kwargs)


def _why_alone() -> Text:
    return _text(
        _("Why without consent"),
        help_text=_("Only when the person has not agreed to this partner. It stays on record."),
    )


class _Partner(forms.ModelChoiceField):
    """A partner, with what it gives."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Provider.objects.none(), label=_("Partner"), empty_label=_("Choose…"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Its name and its services."""
        return f"{obj.name} ({obj.get_service_types_display()})"


class _Act(forms.Form):
    """One of several forms of a page: the ids of its fields are its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)


class ReferForm(forms.Form):
    """What is asked, of whom, and why."""

    service_type = pick("service_type", label=_("Service"))
    provider = _Partner()
    asked = _text(
        _("What is asked"), required=True,
        help_text=_("The partner reads it. No name, no address, nothing of what happened to the person."),
    )  # fmt: skip
    why = _text(_("Why the person needs it"), help_text=_("Stays in the case; the partner does not read it."))
    urgency = pick("urgency", radio=True, label=_("Urgency"), initial="medium")
    wished_on = day(label=_("Wished by"), required=False)
    provider_why = _why_alone()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = partners()  # type: ignore[attr-defined]


class AgainForm(_Act):
    """Whom to ask after a partner declined."""

    provider = _Partner()
    wished_on = day(label=_("Wished by"), required=False)
    provider_why = _why_alone()

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = partners()
        self.fields["provider"].queryset = rows.for_services(referral.service_type)  # type: ignore[attr-defined]


def sheet_said(case: Case, referral: Referral, portal: bool) -> dict[str, Any]:
    """What the form of a sheet starts with."""
    victim = case.victim
    spoken = {"aze": "az", "rus": "ru"}
    language = next((spoken[code] for code in victim.languages if code in spoken), get_language() or "az")
    return {"name": victim.name_to_use, "safe_contact": victim.safe_contact, "age": "group",
            "language": language, "way": "portal" if portal else "paper"}  # fmt: skip


class SheetForm(forms.Form):
    """What of the person leaves, in which language, and on which way."""

    name = Text(label=_("Name to use"), max_length=100, help_text=_("Any name that the person answers to."))
    real_name = forms.BooleanField(label=_("Give the real name instead"), required=False)
    why_real = Text(label=_("Why the real name is needed"), max_length=200)
    age = forms.ChoiceField(
        label=_("Age"), widget=forms.RadioSelect,
        choices=[("group", _("Age group")), ("year", _("Year of birth"))],
    )  # fmt: skip
    safe_contact = _text(_("How to reach the person safely"), help_text=_("When, by whom, in whose name."))
    with_phone = forms.BooleanField(label=_("Give the phone number"), required=False)
    must_know = _text(
        _("What the partner must know"), help_text=_("Only what this service cannot be given without.")
    )
    language = forms.ChoiceField(label=_("Language of the sheet"), choices=settings.LANGUAGES)
    way = pick("referral_way", radio=True, label=_("How it is sent"))
    told_to = Text(
        label=_("Who takes the paper"), max_length=200, help_text=_("Name and office, on paper only.")
    )
    told_how = Text(
        label=_("How it is handed over"), max_length=200, help_text=_("On paper only: in person, by courier.")
    )
    checked = forms.BooleanField(
        label=_("I have read the text against the list of what is withheld, and nothing of it is in there."),
        error_messages={"required": _("Read the text once more, and tick that you did.")},
    )

    def __init__(self, *args: Any, portal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not portal:
            way: Any = self.fields["way"]
            way.choices = [choice for choice in codelists.choices("referral_way") if choice[0] == "paper"]
            way.help_text = _("Nobody of this partner signs in here.")


class WithdrawForm(_Act):
    """Why it is taken back."""

    why = _text(_("Why it is withdrawn"), required=True, help_text=_("The partner does not read it."))


class AnswerForm(_Act):
    """The answer to a question of the partner."""

    text = _text(
        _("Answer"), required=True,
        help_text=_("The partner reads it. No name, no address, nothing of what happened to the person."),
    )  # fmt: skip


class DeclineForm(_Act):
    """Why the partner cannot help."""

    text = _text(_("Why you cannot help"), required=True)


class QuestionForm(_Act):
    """What the partner asks the centre."""

    text = _text(_("Your question to the centre"), required=True)


class ReportForm(_Act):
    """What the partner did, when, and what came of it."""

    text = _text(_("What was done"), required=True)
    starts_on = day(label=_("From"), initial=baku_today)
    ends_on = day(label=_("Until"), required=False)
    outcome = pick(
        "service_outcome", radio=True, label=_("Outcome"),
        help_text=_("“It goes on” leaves the referral open; with any other outcome it is done."),
    )  # fmt: skip


class EnterForm(_Act):
    """What a partner without account says, entered by the centre."""

    KINDS = ("received", "accepted", "declined", "report")

    kind = forms.ChoiceField(
        label=_("What the partner did"),
        choices=lambda: [
            ("", _("Choose…")),
            *((k, codelists.label("referral_word", k)) for k in EnterForm.KINDS),
        ],
    )
    said_by = Text(label=_("Who said it"), max_length=200, required=True, help_text=_("Name and office."))
    said_on = day(label=_("On"), initial=baku_today)
    text = _text(_("What was said"), help_text=_("Needed when it declined or reports."))
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, help_text=_("Outcome and days only when it reports."),
        choices=lambda: [("", _("Choose…")), *codelists.choices("service_outcome")],
    )  # fmt: skip
    starts_on = day(label=_("From"), required=False)
    ends_on = day(label=_("Until"), required=False)


class MemberForm(forms.Form):
    """An account of somebody of a partner."""

    provider = _Partner()
    display_name = Text(label=_("Name"), max_length=150, required=True)
    username = Text(label=_("Name to sign in with"), max_length=150, required=True)
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("Reminders go there; they say nothing of a person.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = partners()  # type: ignore[attr-defined]
