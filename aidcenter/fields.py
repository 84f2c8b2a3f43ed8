"""Fields shared by the domain apps: codes of a code list, and lists of such codes."""

from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language

from aidcenter import codelists


class CodeField(models.CharField):
    """One code of the code list `code_list`; a new code needs no migration."""

    def __init__(self, code_list: str, **kwargs: Any) -> None:
        self.code_list = code_list
        kwargs.setdefault("max_length", 30)
        # a list that grows is asked each time
        of_list = partial(codelists.choices, code_list)
        kwargs["choices"] = of_list if codelists.grows(code_list) else of_list()
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Add `get_<name>_display`; Django's own makes a dict of all choices for each look."""
        super().contribute_to_class(cls, name, private_only)

        def display(row: models.Model) -> str:
            return codelists.label_in(self.code_list, getattr(row, name), get_language())

        setattr(cls, f"get_{name}_display", display)

    def deconstruct(self) -> Any:
        """Leave the choices out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, [self.code_list, *args], kwargs


class CodesField(ArrayField):
    """Several codes of one code list."""

    def __init__(self, code_list: str, **kwargs: Any) -> None:
        self.code_list = code_list
        kwargs["base_field"] = CodeField(code_list)
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Add `get_<name>_display`: the labels of the codes, with commas."""
        super().contribute_to_class(cls, name, private_only)

        def display(row: models.Model) -> str:
            return ", ".join(str(codelists.label(self.code_list, code)) for code in getattr(row, name))

        setattr(cls, f"get_{name}_display", display)

    def deconstruct(self) -> Any:
        """Name the list instead of the base field."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("base_field", None)
        return name, path, [self.code_list, *args], kwargs
