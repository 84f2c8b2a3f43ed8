"""The form of a service delivered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from aidcenter.forms import day, pick


class ServiceForm(forms.Form):
    """Which service, and when."""

    type = pick("service_type", label=_("Service"))
    delivered_on = day(label=_("Delivered on"))
