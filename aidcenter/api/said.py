"""The body of a request, from the form that the screen uses: types are strict here, rules are its own."""

import base64
import binascii
import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from phonenumber_field.formfields import PhoneNumberField
from rest_framework import serializers

from aidcenter import codelists
from aidcenter.forms import Money

AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
MOST_TEXT = 100_000  # characters, where the form sets no limit


class String(serializers.CharField):
    """Text and nothing else; no NUL, no half characters."""

    def __init__(self, **kwargs: Any) -> None:
        least = {} if kwargs.get("allow_blank") else {"min_length": 1}  # said in the description as well
        super().__init__(trim_whitespace=False, **{**least, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        """The text as it was sent."""
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Text is needed here."))
        if "\0" in data or any("\ud800" <= sign <= "\udfff" for sign in data):
            raise serializers.ValidationError(_("Part of this text could not be read; please type it again."))
        return data


class Whole(serializers.IntegerField):
    """A whole number, not its text; 7.0 is one, as for JSON Schema."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if type(data) is float and data.is_integer():
            data = int(data)
        if type(data) is not int:
            raise serializers.ValidationError(_("A whole number is needed here."))
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "format": "decimal", "pattern": f"^{AMOUNT.pattern}$"})
class Amount(String):
    """A number with a point before its decimals, as text: "12.50"; never one that was rounded on its way."""

    def to_internal_value(self, data: Any) -> str:
        """The number; how large it may be is a rule of the form."""
        if not isinstance(data, str) or not AMOUNT.fullmatch(data):
            raise serializers.ValidationError(_('A number as text is needed here, as in "12.50".'))
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    """true or false, no other word for them."""

    def to_internal_value(self, data: Any) -> bool:
        """The truth."""
        if type(data) is not bool:
            raise serializers.ValidationError(_("true or false is needed here."))
        return data


class Code(serializers.ChoiceField):
    """One of the codes, as text."""

    def to_internal_value(self, data: Any) -> Any:
        """The code."""
        if not isinstance(data, str):
            raise serializers.ValidationError(_("Text is needed here."))
        return super().to_internal_value(data)


class Codes(serializers.ListField):
    """Several codes."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """The codes."""
        if not isinstance(data, list):
            raise serializers.ValidationError(_("A list is needed here."))
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day as 2026-11-24."""

    def to_internal_value(self, value: Any) -> datetime.date:
        """The day."""
        if not isinstance(value, str) or len(value) != len("2026-11-24"):
            raise serializers.ValidationError(_("A day is needed here, as in 2026-11-24."))
        return super().to_internal_value(value)


class Moment(serializers.DateTimeField):
    """A moment as 2026-11-24T14:30:00+04:00."""

    def to_internal_value(self, value: Any) -> datetime.datetime:
        """The moment."""
        if not isinstance(value, str):
            raise serializers.ValidationError(_("Text is needed here."))
        return super().to_internal_value(value)


@extend_schema_field(OpenApiTypes.BYTE)
class File(serializers.Field):  # type: ignore[type-arg] # DRF has no such argument at run time
    """A file in base64."""

    def to_internal_value(self, data: Any) -> bytes:
        """Its bytes."""
        try:
            return base64.b64decode(data, validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise serializers.ValidationError(_("A file in base64 is needed here.")) from None

    def to_representation(self, value: Any) -> Any:
        """Never asked: a file has an address of its own."""
        raise NotImplementedError


class Said(serializers.Serializer):
    """A body; what it does not know is refused."""

    def to_internal_value(self, data: Any) -> Any:
        """The values by name."""
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {name: [_("This field is not known here.")] for name in unknown}
            )
        return super().to_internal_value(data)


@codelists.remembered
def body_of(form: Any, *, partial: bool = False) -> type[Said]:
    """The body that fills in `form`; with `partial`, each part of it may be left out."""
    name = f"{form.__name__.removesuffix('Form')}{'Change' if partial else ''}Body"
    parts = {
        each: _part_of(field, required=field.required and not partial)
        for each, field in form.base_fields.items()
    }
    return type(name, (Said,), {"__doc__": form.__doc__, **parts})


def _part_of(field: forms.Field, *, required: bool) -> serializers.Field:  # type: ignore[type-arg]
    about = {
        "required": required,
        "help_text": _about(field.label or "", field.help_text or ""),  # in the reader's language, when read
    }
    for kind, made in KINDS:
        if isinstance(field, kind):
            return made(field, about)
    raise TypeError(f"{type(field).__name__} has no form in JSON yet.")


def _described(*said: Any) -> str:
    return " ".join(filter(None, map(str, said)))


_about = lazy(_described, str)


def _choices(field: Any) -> list[str]:
    """The codes of a choice: of a code list in its own order, not by the alphabet of the reader."""
    found = [str(code) for code, _label in field.choices if code != ""]
    order = codelists.codes(name) if (name := getattr(field.widget, "code_list", "")) else found
    return [code for code in order if code in found]


def _code(field: Any, about: dict[str, Any]) -> Any:
    codes = _choices(field)
    if not codes:  # of the person who asks, or of the database
        return _string(field, about, 100)
    return Code(choices=codes, allow_blank=not field.required, **about)


def _row(field: Any, about: dict[str, Any]) -> Any:
    key = field.queryset.model._meta.pk
    kind = serializers.UUIDField if isinstance(key, models.UUIDField) else Whole
    return kind(allow_null=not field.required, **about)


def _string(field: Any, about: dict[str, Any], longest: int) -> Any:
    return String(max_length=longest, allow_blank=not field.required, **about)


def _text(field: Any, about: dict[str, Any]) -> Any:
    return _string(field, about, field.max_length or MOST_TEXT)


def _number(field: Any, about: dict[str, Any]) -> Any:
    limits = {
        name: getattr(field, name) for name in ("min_value", "max_value") if getattr(field, name) is not None
    }
    return Whole(allow_null=not field.required, **limits, **about)


def _decimal(field: Any, about: dict[str, Any]) -> Any:
    return Amount(allow_null=not field.required, **about)


# The first that fits, from the particular to the general.
KINDS: list[tuple[Any, Any]] = [
    (forms.ModelMultipleChoiceField, lambda field, about: Codes(child=_row(field, {}), **about)),
    (forms.ModelChoiceField, _row),
    (forms.MultipleChoiceField, lambda field, about: Codes(child=_code(field, {}), **about)),
    (forms.ChoiceField, _code),
    (forms.BooleanField, lambda _field, about: Truth(**about | {"required": False})),
    (forms.FileField, lambda _field, about: File(**about)),
    (Money, lambda field, about: _string(field, about, 20)),
    (forms.DateTimeField, lambda field, about: Moment(allow_null=not field.required, **about)),
    (forms.DateField, lambda field, about: Day(allow_null=not field.required, **about)),
    (forms.TimeField, lambda field, about: _string(field, about, 8)),
    (forms.DecimalField, _decimal),
    (forms.IntegerField, _number),
    (PhoneNumberField, lambda field, about: _string(field, about, 40)),
    (forms.UUIDField, lambda field, about: serializers.UUIDField(allow_null=not field.required, **about)),
    (forms.CharField, _text),
]


EMPTY: tuple[Any, ...] = (None, "", False, [])


def filled(form: Any, said: dict[str, Any], **kwargs: Any) -> Any:
    """`form` as if a person had typed `said`; raises what it refuses (422)."""
    data, files = QueryDict(mutable=True), MultiValueDict[str, Any]()
    for name, value in said.items():
        if isinstance(value, bytes):
            files[name] = SimpleUploadedFile(name, value)
        elif isinstance(value, list):
            data.setlist(name, [str(each) for each in value])
        elif value is not False and value is not None:
            data[name] = _typed(value)
    made = form(data, files, **kwargs)
    if extra := [name for name, value in said.items() if name not in made.fields and value not in EMPTY]:
        raise ValidationError({name: _("This is not asked here.") for name in extra})
    if not made.is_valid():
        raise ValidationError(made.errors.as_data())
    return made


def _typed(value: Any) -> str:
    if value is True:
        return "on"
    if isinstance(value, datetime.datetime):
        return value.astimezone().strftime("%Y-%m-%dT%H:%M")
    return str(value)
