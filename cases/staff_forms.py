"""The forms of who works here: a new account, another role or team, the end of access, the name of a team."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter.forms import Text, pick
from aidcenter.models import Staff, Team
from aidcenter.roles import IN_TEAMS, OUTSIDE, Role
from cases import leaving, staffing
from cases.models import StaffChange


class _Colleague(forms.ModelChoiceField):
    """A colleague, by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, and the role."""
        return f"{obj.display_name}, {obj.get_role_display()}"


class LeaveForm(forms.Form):
    """Who takes over; nobody, when there is nothing to take over."""

    successor = _Colleague(
        Staff.objects.none(),
        required=False,
        label=_("Who takes over the cases"),
        empty_label=_("Nobody: there are none"),
    )

    def __init__(self, *args: Any, person: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = leaving.successors(person)  # type: ignore[attr-defined]


class PostForm(forms.Form):
    """A role, its team or profession, and why."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, role.label) for role in Role if role not in OUTSIDE]
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), required=False, label=_("Team"), empty_label=_("None"),
        help_text=_("Caseworkers and supervisors have one."),
    )  # fmt: skip
    profession = pick(
        "profession", label=_("Profession"), required=False,
        help_text=_("Of a specialist: which section of a case they read in a care team."),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail"), required=False)
    reason = Text(
        label=_("Reason"), max_length=300, required=True,
        help_text=_("For example the number of the order. No name of a person that the centre helps."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A team where the role has one, a profession where it needs one; elsewhere none."""
        said = super().clean() or {}
        role = said.get("role")
        if role in IN_TEAMS and not said.get("team") and "team" not in self.errors:
            self.add_error("team", gettext("Choose the team: this role works in one."))
        if role == Role.SPECIALIST and not said.get("profession") and "profession" not in self.errors:
            self.add_error("profession", gettext("Choose the profession."))
        said["team"] = said.get("team") if role in IN_TEAMS else None
        said["profession"] = said.get("profession", "") if role == Role.SPECIALIST else ""
        return said


class AccountForm(PostForm):
    """A new person."""

    display_name = Text(label=_("Name"), max_length=150, required=True)
    username = Text(label=_("Name to sign in with"), max_length=150, required=True)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    field_order = ("display_name", "username", "email", "language", "role", "team", "profession", "reason")

    def clean_username(self) -> str:
        """Said before it is shown: nobody else has this name."""
        name: str = self.cleaned_data["username"]
        if Staff.objects.filter(username=name).exists():
            raise forms.ValidationError(gettext("Somebody signs in with this name already."))
        return name


class ChangeForm(PostForm, LeaveForm):
    """Another role, team, profession or e-mail address, and who takes over what belonged to the post."""

    field_order = ("role", "team", "profession", "email", "successor", "reason")

    def __init__(self, *args: Any, person: Staff, back: StaffChange | None = None, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        self.initial = {name: getattr(person, name) for name in staffing.SAID}
        if back:
            self.initial = dict(back.before)
        if not person.is_active:
            del self.fields["successor"]
        else:
            self.fields["successor"].help_text = _("Needed where role, team or profession changes.")


class TeamForm(forms.Form):
    """What a team is called."""

    name = Text(label=_("Name of the team"), max_length=100, required=True)
