"""How rows are shown: what `Meta.fields` names and nothing else, codes as codes, nothing to be written."""

from datetime import date
from typing import Any

from rest_framework import serializers

from aidcenter.crypto import Encrypted


class Shown(serializers.ModelSerializer):  # type: ignore[type-arg] # DRF has no such argument at run time
    """A row of a model; every field is read only."""

    def get_extra_kwargs(self) -> Any:
        """Nothing of it is written here: that is what actions are for."""
        said: Any = super().get_extra_kwargs()
        for name in self.Meta.fields:  # type: ignore[attr-defined] # each names its own
            said[name] = {**said.get(name, {}), "read_only": True}
        return said

    def include_extra_kwargs(self, kwargs: Any, extra_kwargs: Any) -> Any:
        """A code may be missing: then it is shown as ""."""
        blank = {"allow_blank": True} if "choices" in kwargs and kwargs.get("allow_blank") else {}
        return {**super().include_extra_kwargs(kwargs, extra_kwargs), **blank}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """What is encrypted is shown as what it is."""
        if not isinstance(model_field, Encrypted):
            return super().build_standard_field(field_name, model_field)
        kinds: dict[type, Any] = {date: serializers.DateField, str: serializers.CharField}
        return kinds.get(model_field.kind, serializers.JSONField), {"read_only": True, "allow_null": True}
