"""The form of a kind of record, made from the fields of its model."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aidcenter import codelists, folding
from aidcenter.crypto import Encrypted
from aidcenter.fields import CodeField, CodesField
from aidcenter.forms import PickMany, Text, day, moment, pick
from aidcenter.models import Staff
from cases.kinds import MUCH, Kind

SHORT = 300  # characters
TELL_A_CHILD = {"dependant", "birth_year", "relation"}  # fields of somebody around a person
MANY = 25  # codes that are still boxes
LATEST_YEAR = 2100


class NamedField(forms.ModelChoiceField):
    """A person of the centre, or a row of the case, by the name on the screen."""

    def label_from_instance(self, obj: Any) -> str:
        """That name."""
        return str(obj.display_name)


def tells_of_child(kind: Kind, form: forms.ModelForm) -> bool:
    """Whether the valid form tells of a dependent child for the first time, who may be a victim too."""
    first = form.instance._state.adding or TELL_A_CHILD.intersection(form.changed_data)
    return bool(first and kind.child(form.instance))


class StrikeForm(forms.Form):
    """Why it was entered in error."""

    reason = Text(label=_("Why it is struck out"), max_length=SHORT, required=True)


def form_of(kind: Kind) -> type[forms.ModelForm]:
    """The form of `kind`."""

    def made(field: Any, **_kwargs: Any) -> forms.Field | None:
        label, hint = folding.capital(field.verbose_name), kind.hints.get(field.name, "")
        given: dict[str, Any] = {"label": label, "help_text": hint, "required": not field.blank}
        return _control(field, given, long=field.name in kind.long)

    class RecordForm(forms.ModelForm):
        """What a field may point to depends on the record's case."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for name, rows in kind.rows.items():
                self.fields[name].queryset = rows(self.instance)  # type: ignore[attr-defined]

        def clean(self) -> dict[str, Any]:
            """A record says something."""
            said = super().clean() or self.cleaned_data
            if not self.errors and not any(said.values()):
                raise forms.ValidationError(gettext("Fill in at least one field."))
            return said

    return forms.modelform_factory(kind.model, RecordForm, fields=kind.fields, formfield_callback=made)


def _control(field: Any, given: dict[str, Any], *, long: bool) -> forms.Field | None:
    if isinstance(field, Encrypted):
        area = {"widget": forms.Textarea({"rows": 5})} if long else {}
        return Text(**given, max_length=MUCH if long else SHORT, **area)
    if isinstance(field, CodesField):
        return PickMany(field.code_list, boxes=len(codelists.codes(field.code_list)) <= MANY, **given)
    if isinstance(field, CodeField):
        return pick(field.code_list, **given, **({"initial": field.default} if field.has_default() else {}))
    if isinstance(field, models.DateTimeField):
        return moment(**given)
    if isinstance(field, models.DateField):
        return day(**given)
    if isinstance(field, models.ForeignKey):
        return _one_of(field, given)
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


def _one_of(field: Any, given: dict[str, Any]) -> NamedField:
    rows, limits = field.related_model._default_manager.all(), field.remote_field.limit_choices_to
    if field.related_model is Staff:
        rows = rows.order_by("display_name")
    return NamedField(rows, empty_label=_("Choose…"), limit_choices_to=limits, **given)
