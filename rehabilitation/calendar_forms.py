"""The forms of the calendar: the rooms, and what one's own calendar tells."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aidcenter.forms import Text
from rehabilitation.rooms import MOST


class RoomForm(forms.Form):
    """A room; without a name it is left out."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = Text(label=gettext_lazy("Name of the room"), max_length=60)
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """A room that is there keeps a name."""
        said = super().clean() or self.cleaned_data
        if said.get("id") and not said.get("name"):
            self.add_error("name", _("A room stays on the list: say that it is not in use."))
        return said


RoomFormSet = forms.formset_factory(RoomForm, extra=2, max_num=MOST, absolute_max=MOST)


class ChoiceForm(forms.Form):
    """What one's own calendar tells, and to whom."""

    mail = forms.BooleanField(
        label=gettext_lazy("A mail in the evening before a day with appointments"), required=False
    )
    mail_numbers = forms.BooleanField(
        label=gettext_lazy("The mail tells times and case numbers"),
        help_text=gettext_lazy("Otherwise only how many appointments there are, and when the first begins."),
        required=False,
    )
    feed_numbers = forms.BooleanField(
        label=gettext_lazy("My calendar in other programs tells case numbers"),
        help_text=gettext_lazy("Otherwise it says “Busy”, and nothing else."),
        required=False,
    )
