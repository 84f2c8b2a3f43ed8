"""The form of a kind of record, made from the fields of its model."""

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField, CodesField
from aidcenter.forms import PickMany, Text, day, moment, pick
from cases.kinds import MUCH, Kind

SHORT = 300  # characters
MANY = 25  # codes that are still boxes
LATEST_YEAR = 2100


class StaffField(forms.ModelChoiceField):
    """A person of the centre, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Their name."""
        return str(obj.display_name)


def form_of(kind: Kind) -> type[forms.ModelForm]:
    """The form of `kind`."""

    def made(field: Any, **_kwargs: Any) -> forms.Field | None:
        label, hint = capfirst(str(field.verbose_name)), kind.hints.get(field.name, "")
        given: dict[str, Any] = {"label": label, "help_text": hint, "required": not field.blank}
        return _control(field, given, long=field.name in kind.long)

    return forms.modelform_factory(kind.model, fields=kind.fields, formfield_callback=made)


def _control(field: Any, given: dict[str, Any], *, long: bool) -> forms.Field | None:
    if isinstance(field, Encrypted):
        area = {"widget": forms.Textarea({"rows": 5})} if long else {}
        return Text(**given, max_length=MUCH if long else SHORT, **area)
    if isinstance(field, CodesField):
        return PickMany(field.code_list, boxes=len(field.base_field.choices or ()) <= MANY, **given)
    if isinstance(field, CodeField):
        return pick(field.code_list, **given, **({"initial": field.default} if field.has_default() else {}))
    if isinstance(field, models.DateTimeField):
        return moment(**given)
    if isinstance(field, models.DateField):
        return day(**given)
    if isinstance(field, models.ForeignKey):
        people = field.related_model._default_manager.order_by("display_name")
        return StaffField(
            people, empty_label=_("Choose…"), limit_choices_to=field.remote_field.limit_choices_to, **given
        )
    if isinstance(field, models.PositiveSmallIntegerField):
        number = forms.NumberInput({"class": "in-4"})
        return forms.IntegerField(
            min_value=1,
            max_value=LATEST_YEAR,
            widget=number,
            initial=field.default if field.has_default() else None,
            **given,
        )
    return field.formfield(label=given["label"], help_text=given["help_text"])
