"""The form of a program that is told of events."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import posting
from aidcenter.models import Staff
from cases import hooks
from cases.models.hook import EVENTS


class HookForm(forms.Form):
    """Where the program listens, and what it is told of."""

    url = forms.URLField(
        label=_("Address of your program"), max_length=300, assume_scheme="https",
        help_text=_("It begins with https:// and is reached from the Internet. Only ids are sent there."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("What it is told of"), widget=forms.CheckboxSelectMultiple,
        choices=[(kind, label) for kind, (label, _verbs) in EVENTS.items()],
    )  # fmt: skip

    def __init__(self, *args: Any, person: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said: Any = self.fields["kinds"]
        said.choices = [(kind, EVENTS[kind][0]) for kind in hooks.kinds_for(person)]

    def clean_url(self) -> str:
        """Encrypted on the way, without a password that the page would show, and not in the house."""
        url = str(self.cleaned_data["url"])
        parts = urlsplit(url)
        if parts.scheme != "https" and (settings.PRODUCTION or parts.scheme != "http"):
            raise ValidationError(gettext("The address begins with https://."))
        if parts.username or parts.password:
            raise ValidationError(gettext("Leave out user and password: the signature says who we are."))
        try:
            posting.check_public(posting.addresses_in(url))
        except posting.Private:
            raise ValidationError(gettext("This address lies in a private network.")) from None
        return url
