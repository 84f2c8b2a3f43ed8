"""The forms of the state bodies: how one is reached, what it is called, its end, its members; a repair."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists
from aidcenter.clock import baku_today
from aidcenter.forms import Text, day, pick
from referrals import authorities, authority_members, signatures
from referrals.models import Commission, Member

PHONE = RegexValidator(
    r"^\+?[0-9][0-9 ()/.-]{2,}$", _("Write a number that can be rung, for example 012 555 01 02.")
)
TIMES = {"type": "time", "class": "in-10"}


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, input_formats=["%H:%M", "%H:%M:%S"], widget=forms.TimeInput(TIMES, format="%H:%M")
    )


class NamesForm(forms.Form):
    """What a body is called, and where it sits."""

    name_az = Text(label=_("Name in Azerbaijani"), max_length=200, required=True)
    name_ru = Text(label=_("Name in Russian"), max_length=200, required=True)
    name_en = Text(label=_("Name in English"), max_length=200, required=True)
    address = Text(label=_("Address"), max_length=300)


class RenameForm(NamesForm):
    """The same, from a day on."""

    since = day(
        label=_("From"), initial=baku_today, validators=[authorities.from_today],
        help_text=_("Letters of this day and later say it; what was sent before keeps the name it bore."),
    )  # fmt: skip


class RenameAllForm(forms.Form):
    """A new name for all bodies of a kind, as a law brings it."""

    body = pick("mandatory_recipient", label=_("Which bodies"))
    name_az = Text(label=_("Name in Azerbaijani"), max_length=150, required=True)
    name_ru = Text(label=_("Name in Russian"), max_length=150, required=True)
    name_en = Text(label=_("Name in English"), max_length=150, required=True)
    since = day(label=_("From"), initial=baku_today, validators=[authorities.from_today])

    def clean(self) -> dict[str, Any]:
        """Each name has the place for the district."""
        said = super().clean() or {}
        for name in authorities.NAMING[:3]:
            if said.get(name) and authorities.PLACE not in said[name]:
                wanted = gettext("Write %(place)s where the district stands.")
                self.add_error(name, wanted % {"place": authorities.PLACE})
        return said


class TakeBackAllForm(forms.Form):
    """Which of the names to come are taken back."""

    body = pick("mandatory_recipient")
    since = forms.DateField()


class ReachedForm(forms.Form):
    """How a body is reached, and on which ways, the first first."""

    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("The bell rings there; it says nothing of a child.")
    )
    phone = Text(label=_("Phone of the office"), max_length=30, validators=[PHONE])
    duty_phone = Text(label=_("Duty phone, day and night"), max_length=30, validators=[PHONE])
    office_days = forms.TypedMultipleChoiceField(
        label=_("Office days"), choices=[(day + 1, name) for day, name in WEEKDAYS.items()], coerce=int,
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    opens_at = _time(_("Opens at"))
    closes_at = _time(_("Closes at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = self.initial.get("channels", ["portal", "email"])
        for number, _code in enumerate(codelists.codes("channel"), 1):
            label = gettext("Way %(number)s") % {"number": number}
            self.fields[f"way_{number}"] = pick("channel", label=label, required=number == 1)
            self.initial[f"way_{number}"] = now[number - 1] if number <= len(now) else ""

    def clean(self) -> dict[str, Any]:
        """The ways as a list, each once."""
        said = super().clean() or {}
        ways = [said[name] for name in self.fields if name.startswith("way_") and said.get(name)]
        if len(ways) != len(set(ways)):
            raise ValidationError(gettext("Each way once."))
        if said.get("opens_at") and said.get("closes_at") and said["opens_at"] >= said["closes_at"]:
            self.add_error("closes_at", gettext("It closes before it opens."))
        return said | {"channels": ways}


class NewForm(NamesForm, ReachedForm):
    """A body that is added."""

    body = pick("mandatory_recipient", label=_("Body"))
    district = pick("district", label=_("District"))
    active_from = day(label=_("Acts from"), initial=baku_today)

    field_order = ("body", "district", "active_from", "name_az", "name_ru", "name_en", "address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in authorities.NAMING[:3]:
            self.fields[name].required = False
            self.fields[name].help_text = gettext("Left empty: the kind of body and the district.")

    def clean(self) -> dict[str, Any]:
        """One body of a kind in a district on any day; what is left empty is what it is usually called."""
        said = super().clean()
        if all(said.get(name) for name in ("body", "district", "active_from")):
            authorities.vacant(said)
            usual = authorities.usual_names(said["district"], said["body"])
            said |= {name: said.get(name) or words for name, words in usual.items()}
        return said


class _Body(forms.ModelChoiceField):
    """Another body, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Its name, and the district where the name does not say it."""
        district = str(obj.get_district_display())
        return str(obj.name) if district in obj.name else f"{obj.name} ({district})"


class EndForm(forms.Form):
    """The end of a body, and who takes over."""

    active_until = day(
        label=_("First day without it"), initial=baku_today, validators=[authorities.from_today]
    )
    successor = _Body(
        queryset=Commission.objects.none(), required=False, label=_("Who takes over"),
        empty_label=_("A new body of the same district, or nobody yet"),
        help_text=_("What is open goes over, and the children of the district from then on."),
    )  # fmt: skip
    members_follow = forms.BooleanField(
        label=_("Its members go over too"), required=False, initial=True,
        help_text=_("Otherwise they read only what was closed, until their access is ended."),
    )  # fmt: skip

    def __init__(self, *args: Any, commission: Commission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commission = commission
        if commission.active_until:
            now = {
                name: getattr(commission, name) for name in ("active_until", "successor", "members_follow")
            }
            self.initial = {**now, **self.initial}
        self.fields["successor"].queryset = authorities.successors(commission)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What has ended is not ended again."""
        authorities.still_acts(self.commission)
        return super().clean() or self.cleaned_data


class MemberForm(forms.Form):
    """An account of a member."""

    display_name = Text(label=_("Name"), max_length=150, required=True)
    username = Text(label=_("Name to sign in with"), max_length=150, required=True)
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class _Person(forms.ModelChoiceField):
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj.staff.display_name)


class AwayForm(forms.Form):
    """From when to when a member is away, and who stands in."""

    first_day = day(label=_("First day"), initial=baku_today)
    last_day = day(label=_("Last day"))
    deputy = _Person(queryset=Member.objects.none(), label=_("Deputy"), empty_label=_("Choose…"))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = authority_members.deputies(member)  # type: ignore[attr-defined]


class ProgramKeyForm(forms.Form):
    """For how long a key of the body's system lasts."""

    days = forms.TypedChoiceField(
        label=_("How long the key lasts"), coerce=int, initial=366, widget=forms.RadioSelect,
        choices=[(90, _("three months")), (366, _("a year"))],
        help_text=_("With a new key their system has itself told of events anew."),
    )  # fmt: skip


class ProgramForm(ProgramKeyForm):
    """What the system is called."""

    name = Text(
        label=_("Name of the system"), max_length=100, required=True,
        help_text=_("What it acknowledges stands under this name, for the centre and for the body."),
    )  # fmt: skip
    field_order = ["name", "days"]


class RepairForm(forms.Form):
    """What was repaired after a test that nobody answered."""

    what = Text(
        label=_("What was repaired"), max_length=500, required=True, widget=forms.Textarea({"rows": 3}),
        help_text=_("For example: a new e-mail, a member who signs in again. No name of a child."),
    )  # fmt: skip


class SystemForm(forms.Form):
    """Where their system listens, and the public half of the key that signs its receipts."""

    url = forms.URLField(
        label=_("Address of their system"), max_length=300, assume_scheme="https",
        help_text=_("For example https://bodies.example.az/aid-centre. No personal data is sent there."),
    )  # fmt: skip
    their_key = Text(
        label=_("Their public key"), max_length=60, required=True,
        help_text=_("Ed25519, 32 bytes in base64: a receipt counts only when this key has signed it."),
    )  # fmt: skip

    def clean_url(self) -> str:
        """Encrypted on the way, and without a password that the page would show."""
        url = str(self.cleaned_data["url"])
        parts = urlsplit(url)
        if parts.scheme != "https" and (settings.PRODUCTION or parts.scheme != "http"):
            raise ValidationError(gettext("The address begins with https://."))
        if parts.username or parts.password:
            raise ValidationError(gettext("Leave out user and password: the key says who we are."))
        return url

    def clean_their_key(self) -> str:
        """A key, not something else that was pasted."""
        key = str(self.cleaned_data["their_key"])
        if not signatures.is_key(key):
            raise ValidationError(gettext("This is no Ed25519 public key in base64."))
        return key
