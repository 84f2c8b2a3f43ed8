"""The marks by which a person is found: keyed hashes of the skeletons of the names, and of the phone."""

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from aidcenter import blindindex, folding

NAMES = ("given_name", "family_name", "father_name", "name_to_use")
PHONE_DIGITS = 7  # fewer are no phone number


class MarksField(ArrayField):
    """The marks of a victim, made anew whenever the row is saved."""

    keyed = True  # no login for figures reads it

    def __init__(self, **kwargs: Any) -> None:
        kwargs["base_field"] = models.IntegerField()
        kwargs.setdefault("default", list)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """The base field is always the same."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field", None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> list[int]:
        """Store what stands in the row now."""
        value = marks_of(model_instance)
        setattr(model_instance, self.attname, value)
        return value


def marks_of(victim: Any) -> list[int]:
    """The marks of a victim: the skeletons of the names, and the phone."""
    words = {token for name in NAMES for token in folding.name_tokens(getattr(victim, name) or "")}
    found = {skeleton for word in words for skeleton in folding.skeletons(word)}
    phone = digits_of(victim.phone or "")
    marks = blindindex.marks("name", sorted(found)) if found else []
    return marks + (blindindex.marks("phone", [phone]) if phone else [])


def digits_of(text: str) -> str:
    """The last nine digits: a number is the same with and without its country's prefix."""
    digits = re.sub(r"\D", "", text)
    return digits[-9:] if len(digits) >= PHONE_DIGITS else ""
