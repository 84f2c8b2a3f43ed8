"""The form of a service delivered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aidcenter.forms import pick


class ServiceForm(forms.Form):
    """Which service, and when."""

    type = pick("service_type", label=_("Service"))
    delivered_on = forms.DateField(
        label=_("Delivered on"),
        input_formats=["%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d.%m.%Y", attrs={"class": "in-10"}),
    )
