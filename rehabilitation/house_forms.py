"""The forms of the roster, and of the log of a shift."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aidcenter.forms import Text, day
from aidcenter.models import Staff
from aidcenter.roles import Role
from rehabilitation.models import House


class ShiftForm(forms.Form):
    """Who has duty, where and when; an end before the start is on the next day."""

    person = forms.ModelChoiceField(Staff.objects.none(), label=_("Duty officer"), empty_label=_("Choose…"))
    house = forms.ModelChoiceField(House.objects.order_by("name"), label=_("House"), empty_label=_("Choose…"))
    on = day(label=_("Day"))
    begins = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput({"type": "time", "class": "in-10"}))
    until = forms.TimeField(
        label=_("Ends at"),
        help_text=_("A time before the beginning is of the next day."),
        widget=forms.TimeInput({"type": "time", "class": "in-10"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["person"]
        people.queryset = Staff.objects.filter(role=Role.HOUSE, is_active=True).order_by("display_name")
        people.label_from_instance = lambda person: person.display_name

    def period(self) -> tuple[datetime, datetime]:
        """When the shift starts and ends."""
        said = self.cleaned_data
        starts, ends = (datetime.combine(said["on"], said[name]) for name in ("begins", "until"))
        if ends <= starts:
            ends += timedelta(days=1)
        return timezone.make_aware(starts), timezone.make_aware(ends)


class LogForm(forms.Form):
    """What the next shift should know."""

    house = forms.ModelChoiceField(House.objects.none(), label=_("House"), empty_label=None)
    text = Text(
        label=_("What the next shift should know"),
        max_length=2000,
        required=True,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, houses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where: Any = self.fields["house"]
        where.queryset = houses
        if len(houses) == 1:
            where.widget = forms.HiddenInput()
            where.initial = houses[0].pk
